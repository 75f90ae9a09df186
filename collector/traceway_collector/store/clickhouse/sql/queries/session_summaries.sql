-- One row a session: all spans of all traces that name it, and where its first input and last output lie.
WITH
    toFixedString('', 8) AS no_parent,
    $spending,
    cityHash64(trace_id, if(response_id = '', toString(span_id), response_id)) AS call_id
SELECT
    session,
    uniqExact(trace_id) AS trace_count,
    arraySort(groupUniqArrayIf(user_id, user_id != '')) AS users,
    min(start_ns) AS started_ns,
    max(greatest(start_ns, start_ns + toUInt64(duration_ns))) AS ended_ns,
    maxIf(start_ns, session_id = session) AS last_ns,
    countIf(parent_id = no_parent) < uniqExact(trace_id) AND max(ingested_ns) >= {running_since:UInt64} AS running,
    tuple(countIf(status_code = 2 AND parent_id = no_parent) > 0) AS failure,
    $sums,
    argMinIf((bucket, ingested_ns, trace_id, span_id), (parent_id != no_parent, start_ns), asks) AS input_key,
    argMaxIf((bucket, ingested_ns, trace_id, span_id), (parent_id = no_parent, start_ns + duration_ns), answers)
        AS output_key
FROM
(
    SELECT
        bucket, trace_id, span_id, parent_id, service, start_ns, duration_ns, status_code, kind, operation, model,
        price_source, response_id, input_tokens, output_tokens, cost_usd, session_id, user_id, ingested_ns,
        notEmpty(input_preview) AS asks, notEmpty(output_preview) AS answers
    FROM spans
    WHERE bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
        AND ingested_ns BETWEEN {first_group:UInt64} AND {last_group:UInt64}
        AND trace_id IN (SELECT trace_id FROM ($named))
    ORDER BY ingested_ns DESC, _part_offset DESC
    LIMIT 1 BY trace_id, span_id
) AS found
INNER JOIN
(
    $named
) AS named USING (trace_id)
GROUP BY session
HAVING $having
