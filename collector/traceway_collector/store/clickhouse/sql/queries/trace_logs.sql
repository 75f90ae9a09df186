SELECT $columns
FROM logs
WHERE $where
ORDER BY time_ns, ingested_ns, request_id, position
