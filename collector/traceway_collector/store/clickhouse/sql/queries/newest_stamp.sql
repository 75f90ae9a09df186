SELECT max(newest)
FROM
(
    SELECT max(ingested_ns) AS newest FROM spans
    UNION ALL SELECT max(ingested_ns) FROM logs
    UNION ALL SELECT max(ingested_ns) FROM metric_points
    UNION ALL SELECT max(ingested_ns) FROM deletions
)
