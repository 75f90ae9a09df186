-- Those of some span ids that came more than once until then, and the buckets they came to.
SELECT span_id, groupUniqArray(bucket)
FROM span_buckets
WHERE ingested_ns <= {as_of:UInt64}
    AND span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {span_ids:Array(String)})))
GROUP BY span_id
HAVING count() > 1
