-- What arrived of each service, minute by minute.
SELECT service, intDiv(ingested_ns, 60000000000) AS minute, max(ingested_ns), count()
FROM spans
WHERE ingested_ns > {since_ns:UInt64} AND ingested_ns <= {upto_ns:UInt64}
GROUP BY service, minute
