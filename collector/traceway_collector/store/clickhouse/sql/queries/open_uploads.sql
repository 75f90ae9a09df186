SELECT content_id, run_id, size, chunks, uniqExact(chunk)
FROM file_uploads
WHERE content_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 32), {content_ids:Array(String)})))
GROUP BY content_id, run_id, size, chunks
