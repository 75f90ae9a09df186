-- One row a log record. Ordered like spans: by time in steps of ten seconds, then by trace. Nothing of what was sent is
-- left out. The two time and trace indexes are over the expressions that the view otel_logs shows, so that its filters
-- prune.
CREATE TABLE logs$local $on_cluster
(
    time_ns UInt64 COMMENT 'when it happened, or, if that was not sent, when it was observed' CODEC(Delta, ZSTD(1)),
    timed Bool COMMENT 'whether the time it happened was sent',
    observed_ns UInt64 CODEC(Delta, ZSTD(1)),
    trace_id String COMMENT 'empty when there is none' CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    flags UInt32 CODEC(T64, ZSTD(1)),
    severity_number Int32 CODEC(T64, ZSTD(1)),
    severity_text LowCardinality(String),
    event_name LowCardinality(String),
    service LowCardinality(String),
    body_type UInt8 COMMENT 'field number of AnyValue; 0: no value' CODEC(ZSTD(1)),
    body String COMMENT 'as text; arrays and maps as OTLP bytes, bytes as they are' CODEC(ZSTD(1)),
    attr_keys Array(LowCardinality(String)),
    attr_types Array(UInt8) COMMENT 'field numbers of AnyValue; 0: no value' CODEC(ZSTD(1)),
    attr_values Array(String) COMMENT 'as text; arrays and maps as OTLP bytes' CODEC(ZSTD(1)),
    dropped_attributes UInt32 CODEC(T64, ZSTD(1)),
    resource LowCardinality(String) COMMENT 'Resource bytes',
    resource_schema_url LowCardinality(String),
    resource_keys Array(LowCardinality(String)),
    resource_values Array(LowCardinality(String)) COMMENT 'as text, for people and dashboards',
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Array(LowCardinality(String)) COMMENT 'KeyValue bytes',
    scope_dropped UInt32 COMMENT 'dropped attributes' CODEC(T64, ZSTD(1)),
    scope_schema_url LowCardinality(String),
    position UInt32 COMMENT 'in the group it was committed with' CODEC(Delta, ZSTD(1)),
    request_id UInt64 COMMENT 'of the export request; the same for an identical retry' CODEC(ZSTD(1)),
    ingested_ns UInt64 COMMENT 'of the group it was committed with' CODEC(Delta, ZSTD(1)),

    INDEX by_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX by_shown_time fromUnixTimestamp64Nano(toInt64(time_ns)) TYPE minmax GRANULARITY 1,
    INDEX by_shown_trace lower(hex(trace_id)) TYPE minmax GRANULARITY 1
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
ORDER BY (intDiv(time_ns, 10000000000), trace_id, time_ns)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
