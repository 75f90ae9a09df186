-- Log records under the names and types of the OpenTelemetry Collector's ClickHouse exporter, and TimestampTime, which it
-- had until version 0.151 and clients still ask for. Timestamp and TraceId are written exactly as the indexes of `logs`
-- have them: that is how a filter on them prunes.
CREATE VIEW otel_logs $on_cluster AS
SELECT
    fromUnixTimestamp64Nano(toInt64(time_ns)) AS Timestamp,
    toDateTime(fromUnixTimestamp64Nano(toInt64(time_ns))) AS TimestampTime,
    lower(hex(trace_id)) AS TraceId,
    lower(hex(span_id)) AS SpanId,
    toUInt8(flags) AS TraceFlags,
    severity_text AS SeverityText,
    toUInt8(severity_number) AS SeverityNumber,
    service AS ServiceName,
    arrayMap((t, v) -> $attribute_text, [body_type], [body])[1] AS Body,
    resource_schema_url AS ResourceSchemaUrl,
    CAST((resource_keys, resource_values), '$map') AS ResourceAttributes,
    scope_schema_url AS ScopeSchemaUrl,
    CAST(scope_name, 'String') AS ScopeName,
    scope_version AS ScopeVersion,
    CAST(arrayMap(v -> $pair[1], CAST(scope_attributes, 'Array(String)')), '$map') AS ScopeAttributes,
    CAST((attr_keys, arrayMap((t, v) -> $attribute_text, attr_types, attr_values)), '$map') AS LogAttributes,
    CAST(event_name, 'String') AS EventName
FROM logs
