-- Where the spans of some traces lie.
SELECT min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN (SELECT trace_id FROM ($named))
HAVING count() > 0
