bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
    AND ingested_ns BETWEEN {first_group:UInt64} AND {upto_ns:UInt64} AND trace_id IN ($traces)
