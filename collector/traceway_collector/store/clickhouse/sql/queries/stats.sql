SELECT
    sumIf(rows, table = 'spans') AS spans,
    sumIf(rows, table = 'logs') AS logs,
    sumIf(rows, table = 'metric_points') AS metric_points,
    sum(bytes_on_disk) AS disk_bytes
FROM system.parts
WHERE database = currentDatabase() AND active
