-- The keys of all spans of some traces in the order in which they are stored: the later copy of those stored twice.
SELECT bucket, trace_id, span_id, start_ns, ingested_ns
FROM
(
    SELECT bucket, trace_id, span_id, start_ns, ingested_ns
    FROM spans
    WHERE bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
        AND ingested_ns BETWEEN {first_group:UInt64} AND {last_group:UInt64}
        AND trace_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 16), {trace_ids:Array(String)})))
    ORDER BY ingested_ns DESC, _part_offset DESC
    LIMIT 1 BY trace_id, span_id
)
WHERE (trace_id, bucket, span_id) > (unhex({after_trace:String}), {after_bucket:UInt32}, unhex({after_span:String}))
ORDER BY trace_id, bucket, span_id
LIMIT {limit:UInt32}
