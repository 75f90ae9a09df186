SELECT grouping(shown) AS whole, shown, k0, k1, sum(call_cost) AS total_cost, quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)(took_ns)[3] / 1e6 AS p95_latency_ms
FROM
(
SELECT *, 1 AS shown FROM
(
WITH
    kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AS spends
SELECT
    model AS k0, if(start_ns = 0 OR start_ns > 9223372036854775807, 0, greatest(intDiv(toInt64(start_ns) + {shift_ns:Int64}, {width_ns:Int64}) * {width_ns:Int64} - {shift_ns:Int64}, 0)) AS k1, 
    1 AS is_span, trace_id, session_id, user_id, status_code = 2 AS failed, if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) AS took_ns,
    time_to_first_token_ms AS ttft_ms,
    if(kind = 'fs_read', file_bytes, NULL) AS read_bytes, if(kind = 'fs_write', file_bytes, NULL) AS written_bytes,
    spends AND NOT repeated AS is_call,
    if(is_call, input_tokens, NULL) AS call_input, if(is_call, output_tokens, NULL) AS call_output,
    if(is_call, cache_read_tokens, NULL) AS call_cache_read, if(is_call, cache_write_tokens, NULL) AS call_cache_write,
    if(is_call, reasoning_tokens, NULL) AS call_reasoning, if(is_call, cost_usd, NULL) AS call_cost,
    if(is_call, took_ns, NULL) AS call_took_ns,
    is_call AND NOT (status_code = 2 AND input_tokens IS NULL AND output_tokens IS NULL) AS call_charged,
    call_charged AND cost_usd IS NOT NULL AND (kind != 'llm_call' OR price_source = 'reported'
        OR (input_tokens IS NOT NULL AND output_tokens IS NOT NULL)) AS call_costed
FROM (SELECT *, response_id != '' AS repeated FROM spans FINAL WHERE 1 AND (bucket, trace_id, span_id) NOT IN
(
    SELECT tupleElement(place, 1), trace_id, span_id
    FROM
    (
        SELECT trace_id, span_id, argMax(bucket, (ingested_ns, bucket)) AS last, groupUniqArray(bucket) AS buckets
        FROM spans
        WHERE span_id IN (SELECT span_id FROM span_buckets GROUP BY span_id HAVING min(bucket) != max(bucket))
        GROUP BY trace_id, span_id
    )
    ARRAY JOIN arrayMap(b -> tuple(b), arrayFilter(b -> b != last, buckets)) AS place
))
UNION ALL
WITH
    (ifNull(cost_usd, -1), ifNull(input_tokens, -1), ifNull(output_tokens, -1), -toInt64(start_ns), span_id) AS rank,
    NOT (status_code = 2 AND input_tokens IS NULL AND output_tokens IS NULL) AS charged
SELECT
    argMax(k0, rank) AS k0, argMax(k1, rank) AS k1, 
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
        model AS k0, if(start_ns = 0 OR start_ns > 9223372036854775807, 0, greatest(intDiv(toInt64(start_ns) + {shift_ns:Int64}, {width_ns:Int64}) * {width_ns:Int64} - {shift_ns:Int64}, 0)) AS k1,  trace_id AS trace, response_id, span_id, start_ns, kind, status_code, price_source, cost_usd, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) AS call_took
    FROM spans FINAL
    WHERE response_id != '' AND kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AND 1 AND (bucket, trace_id, span_id) NOT IN
(
    SELECT tupleElement(place, 1), trace_id, span_id
    FROM
    (
        SELECT trace_id, span_id, argMax(bucket, (ingested_ns, bucket)) AS last, groupUniqArray(bucket) AS buckets
        FROM spans
        WHERE span_id IN (SELECT span_id FROM span_buckets GROUP BY span_id HAVING min(bucket) != max(bucket))
        GROUP BY trace_id, span_id
    )
    ARRAY JOIN arrayMap(b -> tuple(b), arrayFilter(b -> b != last, buckets)) AS place
)
)
GROUP BY trace, response_id, if(response_id = '', span_id, toFixedString('', 8))
)
)
GROUP BY GROUPING SETS ((shown, k0, k1), ())
HAVING 1
ORDER BY whole DESC, k1, sum(call_cost) DESC NULLS LAST, k0
LIMIT {limit:UInt32}
