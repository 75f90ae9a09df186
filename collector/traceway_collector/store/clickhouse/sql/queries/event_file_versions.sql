-- The first place at which each version of a file was seen.
SELECT file_path, file_version, min(ingested_ns + 4 * position)
FROM spans
WHERE file_version IN {versions:Array(String)} AND file_path != '' AND ingested_ns <= {upto_ns:UInt64}
GROUP BY file_path, file_version
