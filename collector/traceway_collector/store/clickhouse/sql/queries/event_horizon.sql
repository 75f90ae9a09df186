-- The group before which about so many traces (of each group) arrived.
SELECT min(ingested_ns)
FROM trace_times
WHERE ingested_ns <= {upto_ns:UInt64} AND ingested_ns >
    (
        SELECT ingested_ns
        FROM trace_times
        WHERE ingested_ns BETWEEN {from_group:UInt64} AND {upto_ns:UInt64}
        ORDER BY ingested_ns
        LIMIT 1 OFFSET {rows:UInt32}
    )
HAVING count() > 0
