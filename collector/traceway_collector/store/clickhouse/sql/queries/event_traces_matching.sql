-- Which traces have a span that matches, and the place of the first one.
SELECT trace_id, min((ingested_ns, position))
FROM spans
WHERE $among AND $where
GROUP BY trace_id
