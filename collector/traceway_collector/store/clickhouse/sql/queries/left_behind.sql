-- How many chunks wait for others of their content, and the bytes of which no row of file_contents tells: what a crash
-- left between the two.
SELECT
    (SELECT count() FROM file_uploads WHERE arrived_ns < {before_ns:UInt64}),
    (
        SELECT groupUniqArray(blob)
        FROM file_chunks
        WHERE stored_ns < {before_ns:UInt64} AND blob GLOBAL NOT IN (SELECT blob FROM file_contents)
    )
