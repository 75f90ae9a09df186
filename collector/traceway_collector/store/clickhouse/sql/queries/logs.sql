-- Read from the end of the sorting key, so that the newest rows are found without a look at the others.
SELECT $columns
FROM logs
WHERE ingested_ns <= {as_of:UInt64} AND $where AND $after
ORDER BY intDiv(time_ns, 10000000000) DESC, time_ns DESC, ingested_ns DESC, request_id DESC, position DESC
LIMIT {limit:UInt32}
