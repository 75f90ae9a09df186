-- Where the spans of some sessions lie.
SELECT min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN (SELECT trace_id FROM spans WHERE session_id IN {sessions:Array(String)})
HAVING count() > 0
