-- One row a call, whoever recorded it: the most that is said of it, and beside it the keys of the span that says most.
-- What is read are the spans of calls that were recorded twice, and others that look like them.
WITH
    (ifNull(cost_usd, -1), ifNull(input_tokens, -1), ifNull(output_tokens, -1), -toInt64(start_ns), span_id) AS rank,
    NOT (status_code = 2 AND input_tokens IS NULL AND output_tokens IS NULL) AS charged
SELECT
    $best_keys
    0 AS is_span, toFixedString('', 16) AS trace_id, '' AS session_id, '' AS user_id, 0 AS failed, NULL AS took_ns,
    NULL AS ttft_ms, NULL AS read_bytes, NULL AS written_bytes,
    1 AS is_call,
    max(input_tokens) AS call_input, max(output_tokens) AS call_output,
    max(cache_read_tokens) AS call_cache_read, max(cache_write_tokens) AS call_cache_write,
    max(reasoning_tokens) AS call_reasoning, max(cost_usd) AS call_cost,
    argMax(tuple(call_took), rank).1 AS call_took_ns,
    max(charged) AS call_charged,
    max(charged AND cost_usd IS NOT NULL AND (kind != 'llm_call' OR price_source = 'reported'
        OR (input_tokens IS NOT NULL AND output_tokens IS NOT NULL))) AS call_costed
FROM
(
    SELECT
        $keys trace_id AS trace, response_id, span_id, start_ns, kind, status_code, price_source, cost_usd, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, $duration AS call_took
    FROM spans$final
    WHERE $repeated AND kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AND $where
)
GROUP BY trace, response_id, if(response_id = '', span_id, toFixedString('', 8))
