INSERT INTO span_buckets
SELECT span_id, bucket, ingested_ns
FROM spans
WHERE ingested_ns >= (SELECT max(ingested_ns) FROM spans) - 60000000000
    AND (span_id, ingested_ns) NOT IN
    (
        SELECT span_id, ingested_ns
        FROM span_buckets
        WHERE ingested_ns >= (SELECT max(ingested_ns) FROM spans) - 60000000000
    )
