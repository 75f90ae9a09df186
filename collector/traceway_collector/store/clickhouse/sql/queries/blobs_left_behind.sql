-- Bytes of which no row of file_contents tells: what a crash left between the two.
SELECT DISTINCT blob
FROM file_chunks
WHERE stored_ns < {before_ns:UInt64} AND blob GLOBAL NOT IN (SELECT blob FROM file_contents)
