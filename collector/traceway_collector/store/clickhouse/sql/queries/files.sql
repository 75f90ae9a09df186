-- One row a path. The newest access that tells a version speaks for it. To make and remove a folder is no use of a
-- file.
SELECT
    file_path,
    uniqExactIf(file_version, file_version != ''),
    sumIf(uses, kind = 'fs_read'),
    arraySort(groupUniqArrayIf(service, kind = 'fs_read')),
    arrayReverse(arraySlice(arraySort(x -> x.1, groupArrayIf((start_ns, trace_id), kind = 'fs_read')), -64)),
    uniqExactIf(trace_id, kind = 'fs_read'),
    sumIf(uses, kind = 'fs_write'),
    arraySort(groupUniqArrayIf(service, kind = 'fs_write')),
    arrayReverse(arraySlice(arraySort(x -> x.1, groupArrayIf((start_ns, trace_id), kind = 'fs_write')), -64)),
    uniqExactIf(trace_id, kind = 'fs_write'),
    max(start_ns) AS last_ns,
    argMax((file_version, size, state), (file_version != '', start_ns, span_id)) AS latest,
    sipHash64(file_path) AS path_hash
FROM
(
    SELECT $columns
    FROM spans
    WHERE file_path != '' AND file_operation NOT IN ('mkdir', 'rmdir') AND ingested_ns <= {as_of:UInt64} AND $where
    ORDER BY ingested_ns DESC
    LIMIT 1 BY trace_id, span_id
)
GROUP BY file_path
HAVING $after
ORDER BY last_ns DESC, path_hash DESC
LIMIT {limit:UInt32}
