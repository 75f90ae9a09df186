-- What was deleted on demand, so that who followed from afar learns of it. Stamped like a group of requests.
CREATE TABLE deletions$local $on_cluster
(
    trace_id FixedString(16) COMMENT 'zeros: everything that arrived before before_ns' CODEC(NONE),
    before_ns UInt64 CODEC(ZSTD(1)),
    deleted UInt64 COMMENT 'spans, and log records and points if it was no trace' CODEC(ZSTD(1)),
    ingested_ns UInt64 CODEC(ZSTD(1))
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
ORDER BY ingested_ns
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
