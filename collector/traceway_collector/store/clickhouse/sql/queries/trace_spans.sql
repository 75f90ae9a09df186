-- The inner query takes the later copy of a span that was stored twice; rows of one group keep their order in a part.
SELECT $columns
FROM
(
    SELECT $columns, ingested_ns
    FROM spans
    WHERE trace_id = unhex({trace_id:String}) AND bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
        AND ingested_ns BETWEEN {first_group:UInt64} AND {last_group:UInt64}
    ORDER BY ingested_ns DESC, _part_offset DESC
    LIMIT 1 BY span_id
)
WHERE (start_ns, span_id) > ({after_start:UInt64}, unhex({after_span:String}))
ORDER BY start_ns, span_id
LIMIT {limit:UInt32}
