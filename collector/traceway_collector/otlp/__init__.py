"""Bytes in: the OTLP receivers. gRPC and HTTP, protobuf and JSON, for traces, logs and metrics.

A receiver authenticates, inflates, checks limits and hands the protobuf bytes of one export request to ``Ingest``; the
reply is sent when that await ends. Source of every rule here: the OTLP specification 1.11
(https://opentelemetry.io/docs/specs/otlp/).

::

    http.py ─┐                        ┌─ inflate.py      gzip, deflate, zstd, with a hard cap
             ├─ Ingest.export(bytes)  ├─ json_codec.py   OTLP JSON ↔ the official messages
    grpc.py ─┘                        └─ status.py       errors as google.rpc.Status
"""
