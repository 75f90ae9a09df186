-- Traces that started between since_ns and until_ns, newest first, and where their spans lie. The order is as of then,
-- the places are of now.
SELECT
    trace_id, minIf(start_ns, ingested_ns <= {as_of:UInt64}) AS started_ns,
    min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN ($candidates)
GROUP BY trace_id
HAVING started_ns >= {since_ns:UInt64} AND started_ns <= {until_ns:UInt64}
    AND (started_ns, trace_id) < ({after_start:UInt64}, unhex({after_trace:String}))
ORDER BY started_ns DESC, trace_id DESC
LIMIT {limit:UInt32}
