-- Whether any span was stored twice, and any call recorded by two spans, among traces that got spans after some group.
-- Hashes may only make one look like two when they are the same: never the other way round.
SELECT
    count() > uniqExact(cityHash64(trace_id, span_id)) AS copies,
    countIf(recorded) > uniqExactIf(cityHash64(trace_id, response_id), recorded) AS calls,
    uniqExact(cityHash64(trace_id, span_id, bucket)) > uniqExact(cityHash64(trace_id, span_id)) AS moved
FROM
(
    SELECT
        bucket, trace_id, span_id, response_id,
        kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AND response_id != '' AS recorded
    FROM spans
    WHERE $among
)
