-- Where the spans of some traces lie.
SELECT trace_id, min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN ($traces) AND ingested_ns <= {upto_ns:UInt64}
GROUP BY trace_id
