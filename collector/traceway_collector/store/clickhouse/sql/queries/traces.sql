-- Traces that started at or after since_ns, newest first. All spans of such a trace start no earlier, so the inner
-- query finds every one of them there. The order is as of then, the bounds are of now.
SELECT
    trace_id, minIf(start_ns, ingested_ns <= {as_of:UInt64}) AS started_ns, min(start_ns) AS first, max(last_start_ns)
FROM trace_times
WHERE trace_id IN
(
    SELECT trace_id
    FROM spans
    WHERE bucket >= {first_bucket:UInt32} AND start_ns >= {since_ns:UInt64} AND ingested_ns <= {as_of:UInt64}
        AND $where
)
GROUP BY trace_id
HAVING started_ns >= {since_ns:UInt64} AND started_ns <= {until_ns:UInt64}
    AND (started_ns, trace_id) < ({after_start:UInt64}, unhex({after_trace:String}))
ORDER BY started_ns DESC, trace_id DESC
LIMIT {limit:UInt32}
