SELECT trace_id
FROM trace_times
WHERE start_ns >= {since_ns:UInt64} AND start_ns <= {until_ns:UInt64} AND ingested_ns <= {as_of:UInt64}
