-- One row a data point of a metric: what lists, charts and the views otel_metrics_* need as columns, and the point as it
-- was sent. A column that a type of metric has no use for holds its default. The index over shown time is over the
-- expression that the views show, so that their filters prune.
CREATE TABLE metric_points$local $on_cluster
(
    name LowCardinality(String),
    description LowCardinality(String),
    unit LowCardinality(String),
    type LowCardinality(String) COMMENT 'as OTLP names the field: gauge, sum, histogram, exponential_histogram, summary',
    temporality Int32 COMMENT 'AggregationTemporality' CODEC(T64, ZSTD(1)),
    monotonic Bool,
    service LowCardinality(String),
    start_ns UInt64 CODEC(Delta, ZSTD(1)),
    time_ns UInt64 CODEC(Delta, ZSTD(1)),
    flags UInt32 CODEC(T64, ZSTD(1)),
    attr_keys Array(LowCardinality(String)),
    attr_values Array(LowCardinality(String)) COMMENT 'as text',
    value Float64 COMMENT 'of a gauge or sum' CODEC(ZSTD(1)),
    count UInt64 CODEC(T64, ZSTD(1)),
    sum Float64 CODEC(ZSTD(1)),
    min Float64 CODEC(ZSTD(1)),
    max Float64 CODEC(ZSTD(1)),
    bucket_counts Array(UInt64) CODEC(ZSTD(1)),
    explicit_bounds Array(Float64) CODEC(ZSTD(1)),
    scale Int32 CODEC(T64, ZSTD(1)),
    zero_count UInt64 CODEC(T64, ZSTD(1)),
    positive_offset Int32 CODEC(T64, ZSTD(1)),
    positive_counts Array(UInt64) CODEC(ZSTD(1)),
    negative_offset Int32 CODEC(T64, ZSTD(1)),
    negative_counts Array(UInt64) CODEC(ZSTD(1)),
    quantiles Array(Float64) CODEC(ZSTD(1)),
    quantile_values Array(Float64) CODEC(ZSTD(1)),
    exemplar_time_ns Array(UInt64) CODEC(ZSTD(1)),
    exemplar_value Array(Float64) CODEC(ZSTD(1)),
    exemplar_span_id Array(String) COMMENT 'hex' CODEC(ZSTD(1)),
    exemplar_trace_id Array(String) COMMENT 'hex' CODEC(ZSTD(1)),
    exemplar_keys Array(Array(String)) CODEC(ZSTD(1)),
    exemplar_values Array(Array(String)) COMMENT 'as text' CODEC(ZSTD(1)),
    metric String COMMENT 'Metric bytes, with this point alone' CODEC(ZSTD(1)),
    resource LowCardinality(String) COMMENT 'Resource bytes',
    resource_schema_url LowCardinality(String),
    resource_keys Array(LowCardinality(String)),
    resource_values Array(LowCardinality(String)) COMMENT 'as text, for people and dashboards',
    scope_name LowCardinality(String),
    scope_version LowCardinality(String),
    scope_attributes Array(LowCardinality(String)) COMMENT 'KeyValue bytes',
    scope_dropped UInt32 COMMENT 'dropped attributes' CODEC(T64, ZSTD(1)),
    scope_schema_url LowCardinality(String),
    position UInt32 COMMENT 'in its request' CODEC(Delta, ZSTD(1)),
    request_id UInt64 COMMENT 'of the export request; the same for an identical retry' CODEC(ZSTD(1)),
    ingested_ns UInt64 COMMENT 'of the group it was committed with' CODEC(Delta, ZSTD(1)),

    INDEX by_shown_time toDateTime(intDiv(time_ns, 1000000000)) TYPE minmax GRANULARITY 1
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMMDD(toDateTime(intDiv(ingested_ns, 1000000000)))
ORDER BY (name, time_ns)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1
