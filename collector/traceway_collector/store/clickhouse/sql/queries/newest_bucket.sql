-- The bucket of the n-th newest span that started at or before a bucket: read from the end of the primary key.
SELECT bucket
FROM spans
WHERE bucket <= {last_bucket:UInt32}
ORDER BY bucket DESC
LIMIT 1 OFFSET {rows:UInt32}
