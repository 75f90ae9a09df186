-- Those of some contents, kept or refused, that nothing refers to, and that were not sent of late for another trace
-- than one; and which of them are kept.
SELECT content_id, max(kept)
FROM
(
    SELECT content_id, trace_id, seen_ns, 1 AS kept FROM file_contents
    UNION ALL SELECT content_id, toFixedString('', 16), refused_ns, 0 FROM file_refusals
)
WHERE content_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 32), {content_ids:Array(String)})))
GROUP BY content_id
HAVING maxIf(seen_ns, trace_id != unhex({trace_id:String})) < {seen_before_ns:UInt64}
    AND concat('sha256:', lower(hex(content_id))) GLOBAL NOT IN
(
    SELECT DISTINCT arrayJoin([file_version, attr_values[indexOf(attr_keys, {before_key:String})]])
    FROM spans
    WHERE file_path != ''
)
