SELECT $columns
FROM spans
WHERE bucket IN {buckets:Array(UInt32)} AND ingested_ns IN {groups:Array(UInt64)} AND span_id = unhex({span_id:String})
ORDER BY trace_id, ingested_ns DESC, _part_offset DESC
LIMIT 1 BY trace_id
