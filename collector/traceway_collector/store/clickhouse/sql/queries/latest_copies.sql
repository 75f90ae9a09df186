-- When the copy of each span came that counted then.
SELECT trace_id, span_id, max(ingested_ns)
FROM spans
WHERE ingested_ns <= {as_of:UInt64} AND bucket IN {buckets:Array(UInt32)}
    AND span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {span_ids:Array(String)})))
GROUP BY trace_id, span_id
