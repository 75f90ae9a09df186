CREATE MATERIALIZED VIEW trace_times_in $on_cluster TO trace_times$local AS
SELECT
    trace_id,
    min(start_ns) AS start_ns,
    max(end_ns) AS end_ns,
    max(s) AS last_start_ns,
    any(g) AS ingested_ns
FROM (SELECT trace_id, start_ns, start_ns AS s, start_ns + duration_ns AS end_ns, ingested_ns AS g FROM spans$local)
GROUP BY trace_id
