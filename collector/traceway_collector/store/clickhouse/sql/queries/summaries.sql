-- One row a trace. A call that two instrumentations recorded (the same response id) is counted once.
WITH
    toFixedString('', 8) AS no_parent,
    $spending,
    if(response_id = '', toString(span_id), response_id) AS call_id
SELECT
    trace_id,
    if(countIf(parent_id = no_parent) > 0, argMinIf(name, start_ns, parent_id = no_parent), argMin(name, start_ns))
        AS trace_name,
    min(start_ns) AS started_ns,
    max(greatest(start_ns, start_ns + toUInt64(duration_ns))) AS ended_ns,
    (countIf(parent_id = no_parent) = 0
        OR notEmpty(arrayExcept(groupUniqArrayIf(parent_id, parent_id != no_parent), groupUniqArray(span_id))))
        AND max(ingested_ns) >= {running_since:UInt64} AS running,
    if(countIf(parent_id = no_parent) > 0,
        argMinIf((status_code = 2, error_message, error_type), start_ns, parent_id = no_parent),
        argMinIf((true, error_message, error_type), start_ns, status_code = 2)) AS failure,
    $sums,
    sumMap(map(kind, toUInt64(1))) AS kinds,
    argMinIf(session_id, start_ns, session_id != '') AS session,
    argMinIf(user_id, start_ns, user_id != '') AS user,
    arraySort(groupUniqArrayArray(tags)) AS all_tags,
    argMinIf(input_preview, (parent_id != no_parent, start_ns), input_preview != '') AS input_text,
    argMaxIf(output_preview, (parent_id = no_parent, start_ns + duration_ns), output_preview != '') AS output_text
FROM
(
    SELECT
        trace_id, span_id, parent_id, name, service, start_ns, duration_ns, status_code, kind, operation, model,
        price_source, response_id, input_tokens, output_tokens, cost_usd, session_id, user_id, tags, error_type, error_message,
        input_preview, output_preview, ingested_ns
    FROM spans
    WHERE bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
        AND ingested_ns BETWEEN {first_group:UInt64} AND {last_group:UInt64}
        AND $among
        AND trace_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 16), {trace_ids:Array(String)})))
    ORDER BY ingested_ns DESC, _part_offset DESC
    LIMIT 1 BY trace_id, span_id
)
GROUP BY trace_id
HAVING $having
