SELECT grouping(shown) AS whole, shown, k0, countIf(is_span) AS span_count
FROM
(
SELECT *, 1 AS shown FROM
(
WITH
    kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AS spends
SELECT
    if(start_ns = 0 OR start_ns > 9223285636854775807, 0, greatest(intDiv((toInt64(start_ns) + timeZoneOffset(toDateTime(least(intDiv(start_ns, 1000000000), 4294967295), {zone:String})) * 1000000000) + {shift_ns:Int64}, {width_ns:Int64}) * {width_ns:Int64} - {shift_ns:Int64}, 0)) AS k0, 
    1 AS is_span, trace_id, session_id, user_id, status_code = 2 AS failed, if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) AS took_ns,
    time_to_first_token_ms AS ttft_ms,
    if(kind = 'fs_read', file_bytes, NULL) AS read_bytes, if(kind = 'fs_write', file_bytes, NULL) AS written_bytes,
    spends AS is_call,
    if(is_call, input_tokens, NULL) AS call_input, if(is_call, output_tokens, NULL) AS call_output,
    if(is_call, cache_read_tokens, NULL) AS call_cache_read, if(is_call, cache_write_tokens, NULL) AS call_cache_write,
    if(is_call, reasoning_tokens, NULL) AS call_reasoning, if(is_call, cost_usd, NULL) AS call_cost,
    if(is_call, took_ns, NULL) AS call_took_ns,
    is_call AND NOT (status_code = 2 AND input_tokens IS NULL AND output_tokens IS NULL) AS call_charged,
    call_charged AND cost_usd IS NOT NULL AND (kind != 'llm_call' OR price_source = 'reported'
        OR (input_tokens IS NOT NULL AND output_tokens IS NOT NULL)) AS call_costed
FROM (SELECT * FROM spans WHERE 1)
)
)
GROUP BY GROUPING SETS ((shown, k0), ())
HAVING 1
ORDER BY whole DESC, k0, countIf(is_span) DESC NULLS LAST
LIMIT {limit:UInt32}
