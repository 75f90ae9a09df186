SELECT trace_id
FROM trace_times
WHERE ingested_ns BETWEEN {from_group:UInt64} AND {upto_ns:UInt64}
