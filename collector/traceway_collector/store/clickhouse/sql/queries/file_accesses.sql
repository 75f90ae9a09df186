-- Every span that used a path, or renamed it to another one.
SELECT $columns
FROM
(
    SELECT *, attr_values[indexOf(attr_keys, $renamed_key)] AS source
    FROM spans
    WHERE file_path != '' AND ingested_ns <= {as_of:UInt64}
        AND (file_path = unhex({path:String}) OR file_operation = 'rename')
)
WHERE (file_path = unhex({path:String}) OR source = unhex({path:String})) AND $after
ORDER BY start_ns DESC, trace_id DESC, span_id DESC, ingested_ns DESC
LIMIT 1 BY trace_id, span_id
LIMIT {limit:UInt32}
