-- Data points of one type of metric under the names and types of the OpenTelemetry Collector's ClickHouse exporter.
-- TimeUnix is written exactly as the index of `metric_points` has it: that is how a filter on it prunes.
CREATE VIEW $view $on_cluster AS
SELECT
    CAST((resource_keys, resource_values), '$map') AS ResourceAttributes,
    CAST(resource_schema_url, 'String') AS ResourceSchemaUrl,
    CAST(scope_name, 'String') AS ScopeName,
    CAST(scope_version, 'String') AS ScopeVersion,
    CAST(arrayMap(v -> $pair[1], CAST(scope_attributes, 'Array(String)')), '$map') AS ScopeAttributes,
    scope_dropped AS ScopeDroppedAttrCount,
    CAST(scope_schema_url, 'String') AS ScopeSchemaUrl,
    service AS ServiceName,
    name AS MetricName,
    CAST(description, 'String') AS MetricDescription,
    CAST(unit, 'String') AS MetricUnit,
    CAST((attr_keys, attr_values), '$map') AS Attributes,
    toDateTime(intDiv(start_ns, 1000000000)) AS StartTimeUnix,
    toDateTime(intDiv(time_ns, 1000000000)) AS TimeUnix,
    flags AS Flags,
    $columns
FROM metric_points
WHERE type = '$type'
