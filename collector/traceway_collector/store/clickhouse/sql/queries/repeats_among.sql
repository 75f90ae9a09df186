bucket >=
(
    SELECT toUInt32(least(intDiv(min(start_ns), 10000000000), 4294967295))
    FROM trace_times
    WHERE trace_id IN (SELECT trace_id FROM trace_times WHERE ingested_ns > {after_ns:UInt64})
)
AND trace_id IN (SELECT trace_id FROM trace_times WHERE ingested_ns > {after_ns:UInt64})
