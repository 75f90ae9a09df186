-- When each trace began and ended, one row for every group of requests that brought some of its spans: the way from a
-- trace id to its rows in `spans`, and to its start as of any moment.
CREATE TABLE trace_times$local $on_cluster
(
    trace_id FixedString(16) CODEC(ZSTD(1)),
    start_ns UInt64 CODEC(ZSTD(1)),
    end_ns UInt64 CODEC(ZSTD(1)),
    last_start_ns UInt64 COMMENT 'start of its last span' CODEC(ZSTD(1)),
    ingested_ns UInt64 CODEC(ZSTD(1)),

    -- TraceId as the view otel_traces_trace_id_ts has it, so that a filter on it prunes.
    INDEX by_shown_trace lower(hex(trace_id)) TYPE minmax GRANULARITY 1
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
ORDER BY trace_id
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1
