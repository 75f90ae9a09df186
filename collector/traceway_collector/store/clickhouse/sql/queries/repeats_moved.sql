-- Copies that a later one with another start supersedes. Copies with the same start are the table's own business (FINAL).
(bucket, trace_id, span_id) NOT IN
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
