SELECT request_id
FROM spans
WHERE ingested_ns >= (SELECT max(ingested_ns) FROM spans) - 900000000000
GROUP BY request_id
ORDER BY max(ingested_ns) DESC
LIMIT {limit:UInt32}
