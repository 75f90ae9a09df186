SELECT start_ns
FROM spans
WHERE bucket >= {first_bucket:UInt32} AND start_ns <= {until_ns:UInt64}
ORDER BY start_ns DESC
LIMIT 1 OFFSET {rows:UInt32}
