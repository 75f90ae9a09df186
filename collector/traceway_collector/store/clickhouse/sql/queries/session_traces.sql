-- Traces with a span that names a session, oldest first, and where their spans lie. The order is as of then.
SELECT
    trace_id, minIf(start_ns, ingested_ns <= {as_of:UInt64}) AS started_ns,
    min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN (SELECT trace_id FROM spans WHERE session_id = {session:String} AND ingested_ns <= {as_of:UInt64})
GROUP BY trace_id
HAVING countIf(ingested_ns <= {as_of:UInt64}) > 0
    AND (started_ns, trace_id) > ({after_start:UInt64}, unhex({after_trace:String}))
ORDER BY started_ns, trace_id
LIMIT {limit:UInt32}
