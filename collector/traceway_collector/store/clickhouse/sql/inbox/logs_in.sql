-- One pass over a block of requests: a row a log record, body and attribute values as text.
CREATE MATERIALIZED VIEW logs_in $on_cluster TO logs AS
SELECT
    if(sent_ns = 0, observed, sent_ns) AS time_ns, sent_ns != 0 AS timed, observed AS observed_ns, trace_id, span_id, flags,
    severity_number, severity_text, event_name, service,
    CAST(bt, 'UInt8') AS body_type,
    multiIf(
        bt = 's', bs,
        bt = 'k', bk,
        bt = 'i', toString(bi),
        bt = 'b', if(bb, 'true', 'false'),
        bt = 'd', toString(bd),
        bt = 'a', ba,
        bo) AS body,
    attr_keys, CAST(vt, 'Array(UInt8)') AS attr_types,
    arrayMap((t, s, b, i, d, a, k, y) -> multiIf(
        t = 's', s,
        t = 'i', toString(i),
        t = 'b', if(b, 'true', 'false'),
        t = 'd', toString(d),
        t = 'a', a,
        t = 'k', k,
        y), vt, vs, vb, vi, vd, va, vk, vy) AS attr_values,
    dropped_attributes,
    resource, resource_schema_url, rk AS resource_keys, rv AS resource_values,
    c_n AS scope_name, c_v AS scope_version, c_a AS scope_attributes, c_d AS scope_dropped, u AS scope_schema_url,
    toUInt32(rowNumberInAllBlocks()) AS position, request_id, ingested_ns
FROM otlp_logs
ARRAY JOIN
    r_t AS sent_ns, r_o AS observed, r_sn AS severity_number, r_st AS severity_text, r_da AS dropped_attributes,
    r_f AS flags, r_ti AS trace_id, r_si AS span_id, r_e AS event_name,
    r_b_t AS bt, r_b_s AS bs, r_b_b AS bb, r_b_i AS bi, r_b_d AS bd, r_b_a AS ba, r_b_k AS bk, r_b_y AS bo,
    r_a_k AS attr_keys, r_a_v_t AS vt, r_a_v_s AS vs, r_a_v_b AS vb, r_a_v_i AS vi, r_a_v_d AS vd, r_a_v_a AS va,
    r_a_v_k AS vk, r_a_v_y AS vy
