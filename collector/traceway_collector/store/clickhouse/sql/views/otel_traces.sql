-- Spans under the names and types of the OpenTelemetry Collector's ClickHouse exporter. Timestamp and TraceId are written
-- exactly as the indexes of `spans` and `trace_times` have them: that is how a filter on them prunes.
-- FINAL takes one copy of a span that was stored twice; the setting lets a filter on the trace id be read first even so.
CREATE VIEW otel_traces $on_cluster AS
SELECT
    fromUnixTimestamp64Nano(toInt64(start_ns)) AS Timestamp,
    lower(hex(trace_id)) AS TraceId,
    lower(hex(span_id)) AS SpanId,
    if(parent_id = toFixedString('', 8), '', lower(hex(parent_id))) AS ParentSpanId,
    trace_state AS TraceState,
    name AS SpanName,
    CAST(transform(span_kind, [0, 1, 2, 3, 4, 5],
        ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'], ''), 'LowCardinality(String)') AS SpanKind,
    service AS ServiceName,
    CAST((resource_keys, resource_values), '$map') AS ResourceAttributes,
    CAST(scope_name, 'String') AS ScopeName,
    CAST(scope_version, 'String') AS ScopeVersion,
    CAST((attr_keys, arrayMap((t, v) -> $attribute_text, attr_types, attr_values)), '$map') AS SpanAttributes,
    toUInt64(greatest(duration_ns, 0)) AS Duration,
    CAST(transform(status_code, [0, 1, 2], ['Unset', 'Ok', 'Error'], ''), 'LowCardinality(String)') AS StatusCode,
    status_message AS StatusMessage,
    arrayMap(t -> fromUnixTimestamp64Nano(toInt64(t)), event_times) AS `Events.Timestamp`,
    event_names AS `Events.Name`,
    arrayMap((keys, texts) -> CAST((keys, arrayMap(v -> $value_text, texts)), '$map'), event_keys, event_values)
        AS `Events.Attributes`,
    arrayMap(l -> if(startsWith(l, '\n\x10'), lower(hex(substring(l, 3, 16))), ''), links) AS `Links.TraceId`,
    arrayMap(l -> if(startsWith(l, '\x12\x08'), lower(hex(substring(l, 3, 8))), ''), links_from_span) AS `Links.SpanId`,
    arrayMap((l, n) -> if(startsWith(l, '\x1A'), substring(l, 2 + 1 + (n > 127), n), ''), links_from_state, state_sizes)
        AS `Links.TraceState`,
    arrayMap(v -> CAST($pairs_of_link, '$map'), links_from_pairs) AS `Links.Attributes`
FROM
(
    SELECT
        start_ns, duration_ns, trace_id, span_id, parent_id, trace_state, name, span_kind, status_code, status_message,
        service, resource_keys, resource_values, scope_name, scope_version, attr_keys, attr_types, attr_values,
        event_times, event_names, event_keys, event_values, links,
        arrayMap(l -> if(startsWith(l, '\n\x10'), substring(l, 19), l), links) AS links_from_span,
        arrayMap(l -> if(startsWith(l, '\x12\x08'), substring(l, 11), l), links_from_span) AS links_from_state,
        arrayMap(l -> ascii(substring(l, 2, 1)) % 128
            + if(ascii(substring(l, 2, 1)) < 128, 0, 128 * ascii(substring(l, 3, 1))), links_from_state) AS state_sizes,
        arrayMap((l, n) -> if(startsWith(l, '\x1A'), substring(l, 2 + 1 + (n > 127) + n), l),
            links_from_state, state_sizes) AS links_from_pairs
    FROM spans FINAL
    SETTINGS optimize_move_to_prewhere_if_final = 1
)
