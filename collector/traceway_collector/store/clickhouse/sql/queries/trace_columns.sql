-- Columns in the order of the fields of TraceColumns. What was cut short when it was stored may end in half a letter.
SELECT
    span_id, parent_id, name, kind, service, start_ns, start_ns + toUInt64(duration_ns) AS end_ns, status_code,
    operation, if(model = '', request_model, model) AS shown_model, response_id, input_tokens, output_tokens, cost_usd, price_source,
    time_to_first_token_ms, tool_name, tool_call_id, agent_name, file_path, file_version,
    if(status_code != 2, '', toValidUTF8(leftUTF8(multiIf(
        error_message != '', error_message, status_message != '', status_message, error_type != '', error_type,
        'unknown error'), 200))) AS error,
    toValidUTF8(leftUTF8(if(output_preview != '', output_preview, input_preview), 80)) AS preview
FROM
(
    SELECT
        span_id, parent_id, name, kind, service, start_ns, duration_ns, status_code, status_message, operation, model,
        request_model, response_id, input_tokens, output_tokens, cost_usd, price_source, time_to_first_token_ms,
        tool_name, tool_call_id, agent_name, file_path, file_version, error_message, error_type, input_preview,
        output_preview, ingested_ns
    FROM spans
    WHERE trace_id = unhex({trace_id:String}) AND bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
        AND ingested_ns BETWEEN {first_group:UInt64} AND {last_group:UInt64}
    ORDER BY ingested_ns DESC, _part_offset DESC
    LIMIT 1 BY span_id
)
ORDER BY start_ns, span_id
LIMIT {limit:UInt32}
