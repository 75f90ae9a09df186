-- From a span id to its place in `spans`.
CREATE TABLE span_buckets$local $on_cluster
(
    span_id FixedString(8) CODEC(NONE),
    bucket UInt32 CODEC(ZSTD(1)),
    ingested_ns UInt64 CODEC(ZSTD(1))
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
ORDER BY span_id
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
