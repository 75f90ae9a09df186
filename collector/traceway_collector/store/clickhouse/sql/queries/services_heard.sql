-- When each service was heard of last.
SELECT service, max(ingested_ns)
FROM spans
WHERE ingested_ns > {since_ns:UInt64} AND ingested_ns <= {upto_ns:UInt64}
GROUP BY service
