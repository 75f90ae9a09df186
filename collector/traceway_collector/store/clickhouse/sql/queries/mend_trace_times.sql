INSERT INTO trace_times
SELECT trace_id, min(start_ns), max(start_ns + duration_ns), max(start_ns), ingested_ns
FROM spans
WHERE ingested_ns >= (SELECT max(ingested_ns) FROM spans) - 60000000000
    AND (trace_id, ingested_ns) NOT IN
    (
        SELECT trace_id, ingested_ns
        FROM trace_times
        WHERE ingested_ns >= (SELECT max(ingested_ns) FROM spans) - 60000000000
    )
GROUP BY trace_id, ingested_ns
