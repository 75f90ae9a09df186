-- The first that holds is the one that counts: 1 kept, 2 incomplete, 3 refused.
SELECT content_id, argMin(state, place)
FROM
(
    SELECT content_id, 'available' AS state, 1 AS place FROM file_contents
    UNION ALL SELECT content_id, 'incomplete', 2 FROM file_uploads
    UNION ALL SELECT content_id, toString(state), 3 FROM file_refusals
)
WHERE content_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 32), {content_ids:Array(String)})))
GROUP BY content_id
