SELECT $columns
FROM logs
WHERE trace_id IN (SELECT unhex(arrayJoin({trace_ids:Array(String)}))) AND $where
ORDER BY time_ns, ingested_ns, request_id, position
