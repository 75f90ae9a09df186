SELECT request_id
FROM metric_points
WHERE ingested_ns >= (SELECT max(ingested_ns) FROM metric_points) - 900000000000
GROUP BY request_id
ORDER BY max(ingested_ns) DESC
LIMIT {limit:UInt32}
