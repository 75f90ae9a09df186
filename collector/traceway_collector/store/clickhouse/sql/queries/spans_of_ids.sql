SELECT DISTINCT span_id, trace_id
FROM spans
WHERE bucket IN {buckets:Array(UInt32)} AND hex(span_id) IN {span_ids:Array(String)}
ORDER BY span_id, trace_id
LIMIT {limit:UInt32}
