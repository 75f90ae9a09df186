SELECT content_id, run_id, size, chunks
FROM file_uploads
GROUP BY content_id, run_id, size, chunks
HAVING uniqExact(chunk) = chunks
