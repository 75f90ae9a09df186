"""The recording proxy: requests to a model server pass through unchanged, and each call of a model leaves a span.

::

    server    connections, starting and draining
    relay     one exchange: who may pass, both directions at once, who went away first
    wire      HTTP/1.1 on one connection; upstream: connections to the target
    passing   which headers go on; refusal: errors in the caller's own protocol
    tee       what is kept of an exchange while its bytes pass
    recorder  after the exchange, off its path: tee -> span -> ingest
    calls     which requests are calls of a model; bodies, events, streams, payload: bytes -> request and response
    span      request and response -> OTLP; trace_context: traceparent
"""
