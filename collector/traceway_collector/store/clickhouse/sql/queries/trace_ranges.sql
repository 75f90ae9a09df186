SELECT min(start_ns), max(last_start_ns), min(ingested_ns), max(ingested_ns)
FROM trace_times
WHERE trace_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 16), {trace_ids:Array(String)})))
HAVING count() > 0
