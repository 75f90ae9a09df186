SELECT
    resource, resource_schema_url, service, rk AS resource_keys, rv AS resource_values, request_id, ingested_ns,
    c_n AS scope_name, c_v AS scope_version, c_a AS scope_attributes, c_d AS scope_dropped, u AS scope_schema_url,
    toFixedString(raw_trace_id, 16) AS trace_id, toFixedString(raw_span_id, 8) AS span_id, toFixedString(raw_parent_id, 8) AS parent_id,
    trace_state, name, name AS span_name, span_kind, start_ns, end_ns, flags, status_code, status_message,
    attr_keys, CAST(vt, 'Array(UInt8)') AS attr_types,
    arrayMap((t, s, b, i, d, a, k, y) -> multiIf(
        t = 's', s,
        t = 'i', toString(i),
        t = 'b', if(b, 'true', 'false'),
        t = 'd', toString(d),
        t = 'a', a,
        t = 'k', k,
        y), vt, vs, vb, vi, vd, va, vk, vy) AS attr_values,
    dropped_attributes, dropped_events, dropped_links,
    event_times, event_names, event_dropped, event_keys, event_values, links
FROM otlp_spans
ARRAY JOIN
    s_t AS raw_trace_id, s_i AS raw_span_id, s_ts AS trace_state, s_p AS raw_parent_id, s_n AS name, s_k AS span_kind, s_b AS start_ns,
    s_e AS end_ns, s_f AS flags, s_da AS dropped_attributes, s_dv AS dropped_events, s_dl AS dropped_links,
    s_st_m AS status_message, s_st_c AS status_code, s_a_k AS attr_keys, s_a_v_t AS vt, s_a_v_s AS vs,
    s_a_v_b AS vb, s_a_v_i AS vi, s_a_v_d AS vd, s_a_v_a AS va, s_a_v_k AS vk, s_a_v_y AS vy,
    s_v_t AS event_times, s_v_n AS event_names, s_v_d AS event_dropped, s_v_a_k AS event_keys,
    s_v_a_v AS event_values, s_l AS links
