-- One pass over a block of requests: a row a span, attribute values as text, the vocabulary's facts, the cost.
CREATE MATERIALIZED VIEW spans_in $on_cluster TO spans AS
WITH
    $prices
SELECT
    toUInt32(least(intDiv(start_ns, 10000000000), 4294967295)) AS bucket,
    trace_id, span_id, parent_id, name, service, start_ns, toInt64(end_ns - start_ns) AS duration_ns,
    span_kind, status_code, status_message, trace_state, flags,
    attr_keys, attr_types, attr_values, dropped_attributes,
    event_times, event_names, event_keys, event_values, event_dropped, dropped_events, links, dropped_links,
    resource, resource_schema_url, resource_keys, resource_values,
    scope_name, scope_version, scope_attributes, scope_dropped, scope_schema_url, request_id,
    toUInt32(rowNumberInAllBlocks()) AS position, ingested_ns,
    $facts
FROM
$mapped
