-- Contents, kept or refused, that nothing refers to, sent last before a moment; and which of them are kept.
SELECT content_id, max(kept)
FROM
(
    SELECT content_id, seen_ns, 1 AS kept FROM file_contents
    UNION ALL SELECT content_id, refused_ns, 0 FROM file_refusals
)
GROUP BY content_id
HAVING max(seen_ns) < {seen_before_ns:UInt64} AND concat('sha256:', lower(hex(content_id))) GLOBAL NOT IN
(
    SELECT DISTINCT arrayJoin([file_version, attr_values[indexOf(attr_keys, {before_key:String})]])
    FROM spans
    WHERE file_path != ''
)
LIMIT {most:UInt32}
