SELECT min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id = unhex({trace_id:String})
HAVING count() > 0
