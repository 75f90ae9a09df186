-- Every copy of a span, but one of each group: which of them counts is asked apart.
SELECT bucket, trace_id, span_id, $key AS sort_key, ingested_ns
FROM spans
WHERE ingested_ns <= {as_of:UInt64} AND bucket >= {first_bucket:UInt32} AND $where AND $after
ORDER BY sort_key $direction, trace_id $direction, span_id $direction, ingested_ns DESC, _part_offset DESC
LIMIT 1 BY trace_id, span_id, ingested_ns
LIMIT {limit:UInt32}
