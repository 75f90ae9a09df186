SELECT
    sumIf(rows, table = 'spans') AS spans,
    sumIf(rows, table = 'logs') AS logs,
    sumIf(rows, table = 'metric_points') AS metric_points,
    sum(bytes_on_disk) AS disk_bytes,
    (SELECT uniqExact(content_id) FROM file_contents) AS file_contents,
    (SELECT sum(size) FROM (SELECT any(size) AS size FROM file_contents GROUP BY content_id)) AS file_bytes
FROM system.parts
WHERE database = currentDatabase() AND active
