-- As spans_by_key, whatever group brought the copies there are now.
SELECT $columns
FROM spans
WHERE bucket IN {buckets:Array(UInt32)}
    AND trace_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 16), {trace_ids:Array(String)})))
    AND span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {span_ids:Array(String)})))
ORDER BY ingested_ns DESC, _part_offset DESC
LIMIT 1 BY trace_id, span_id
