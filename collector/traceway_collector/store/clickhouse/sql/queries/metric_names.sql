SELECT
    name,
    argMax(unit, (time_ns, ingested_ns, position)),
    argMax(description, (time_ns, ingested_ns, position)),
    argMax(type, (time_ns, ingested_ns, position)),
    count()
FROM metric_points
GROUP BY name
ORDER BY name
