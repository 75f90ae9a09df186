-- The spans of calls that more than one span recorded, by their hashes.
SELECT DISTINCT arrayJoin(spans) AS span
FROM
(
    SELECT groupUniqArray($span) AS spans
    FROM spans
    WHERE kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AND response_id != '' AND $among
    GROUP BY cityHash64(trace_id, response_id)
    HAVING min(span_id) != max(span_id)
)
LIMIT {limit:UInt32}
