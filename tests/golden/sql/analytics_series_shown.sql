SELECT grouping(shown) AS whole, shown, k0, k1, sum(call_cost) AS total_cost, quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)(took_ns)[3] / 1e6 AS p95_latency_ms
FROM
(
SELECT * REPLACE (if(shown, k0, '') AS k0)
FROM (SELECT *, cityHash64(k0) IN {series:Array(UInt64)} AS shown FROM
(
WITH
    kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AS spends
SELECT
    model AS k0, if(start_ns = 0 OR start_ns > 9223372036854775807, 0, greatest(intDiv(toInt64(start_ns) + {shift_ns:Int64}, {width_ns:Int64}) * {width_ns:Int64} - {shift_ns:Int64}, 0)) AS k1, 
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
))
)
GROUP BY GROUPING SETS ((shown, k0, k1), ())
HAVING 1
ORDER BY whole DESC, k1, sum(call_cost) DESC NULLS LAST, k0
LIMIT {limit:UInt32}
