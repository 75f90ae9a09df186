-- One row a span. Ordered by start time in steps of ten seconds, then by trace: the newest rows and the rows of one
-- trace both lie together. The key ends with the span id, so that a span stored twice merges into its later copy;
-- until then readers take the later one. Nothing of what was sent is left out.
CREATE TABLE spans$local $on_cluster
(
    bucket UInt32 COMMENT 'start_ns in steps of 10 s' CODEC(Delta, ZSTD(1)),
    trace_id FixedString(16) CODEC(ZSTD(1)),
    span_id FixedString(8) CODEC(NONE),
    parent_id FixedString(8) COMMENT 'zeros when there is none' CODEC(ZSTD(1)),
    name LowCardinality(String),
    service LowCardinality(String),
    start_ns UInt64 CODEC(Delta, ZSTD(1)),
    duration_ns Int64 COMMENT 'end - start; the end of a span is start_ns + duration_ns' CODEC(T64, ZSTD(1)),
    span_kind Int32 CODEC(T64, ZSTD(1)),
    status_code Int32 CODEC(T64, ZSTD(1)),
    status_message String CODEC(ZSTD(1)),
    trace_state String CODEC(ZSTD(1)),
    flags UInt32 CODEC(T64, ZSTD(1)),

    attr_keys Array(LowCardinality(String)),
    attr_types Array(UInt8) COMMENT 'field numbers of AnyValue; 0: no value' CODEC(ZSTD(1)),
    attr_values Array(String) COMMENT 'as text; arrays and maps as OTLP bytes' CODEC(ZSTD(1)),
    dropped_attributes UInt32 CODEC(T64, ZSTD(1)),
    event_times Array(UInt64) CODEC(ZSTD(1)),
    event_names Array(LowCardinality(String)),
    event_keys Array(Array(LowCardinality(String))),
    event_values Array(Array(String)) COMMENT 'AnyValue bytes' CODEC(ZSTD(1)),
    event_dropped Array(UInt32) CODEC(ZSTD(1)),
    dropped_events UInt32 CODEC(T64, ZSTD(1)),
    links Array(String) COMMENT 'Link bytes' CODEC(ZSTD(1)),
    dropped_links UInt32 CODEC(T64, ZSTD(1)),
    resource LowCardinality(String) COMMENT 'Resource bytes',
    resource_schema_url LowCardinality(String),
    resource_keys Array(LowCardinality(String)),
    resource_values Array(LowCardinality(String)) COMMENT 'as text, for people and dashboards',
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Array(LowCardinality(String)) COMMENT 'KeyValue bytes',
    scope_dropped UInt32 COMMENT 'dropped attributes' CODEC(T64, ZSTD(1)),
    scope_schema_url LowCardinality(String),

    kind LowCardinality(String),
    kind_source LowCardinality(String),
    operation LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    request_model LowCardinality(String),
    response_id String CODEC(ZSTD(1)),
    input_tokens Nullable(Int64) CODEC(T64, ZSTD(1)),
    output_tokens Nullable(Int64) CODEC(T64, ZSTD(1)),
    cache_read_tokens Nullable(Int64) CODEC(T64, ZSTD(1)),
    cache_write_tokens Nullable(Int64) CODEC(T64, ZSTD(1)),
    reasoning_tokens Nullable(Int64) CODEC(T64, ZSTD(1)),
    cost_usd Nullable(Float64) CODEC(ZSTD(1)),
    price_source LowCardinality(String) COMMENT '"reported", or which price of which date; empty: unknown',
    finish_reasons Array(LowCardinality(String)),
    time_to_first_token_ms Nullable(Float64) CODEC(ZSTD(1)),
    streaming Nullable(Bool) CODEC(ZSTD(1)),
    dimensions Nullable(Int32) CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    tags Array(LowCardinality(String)),
    agent_name LowCardinality(String),
    workflow_name LowCardinality(String),
    tool_name LowCardinality(String),
    tool_call_id String CODEC(ZSTD(1)),
    file_path String CODEC(ZSTD(1)),
    file_version String CODEC(ZSTD(1)),
    file_operation LowCardinality(String),
    file_bytes Nullable(Int64) CODEC(T64, ZSTD(1)),
    error_type LowCardinality(String),
    error_message String CODEC(ZSTD(1)),
    input_preview String CODEC(ZSTD(1)),
    output_preview String CODEC(ZSTD(1)),

    request_id UInt64 COMMENT 'of the export request; the same for an identical retry' CODEC(ZSTD(1)),
    ingested_ns UInt64 COMMENT 'of the group it was committed with' CODEC(Delta, ZSTD(1)),

    -- Timestamp as the view otel_traces has it, so that a filter on it prunes.
    INDEX by_shown_time fromUnixTimestamp64Nano(toInt64(start_ns)) TYPE minmax GRANULARITY 1
)
ENGINE = ${engine}ReplacingMergeTree(${replica}ingested_ns)
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
PRIMARY KEY (bucket, trace_id)
ORDER BY (bucket, trace_id, span_id)
-- Up to 128 MiB a part is one file: writing some hundred files for a group of requests takes longer than its data.
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 134217728, ttl_only_drop_parts = 1
