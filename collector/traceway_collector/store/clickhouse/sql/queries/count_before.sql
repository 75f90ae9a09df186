SELECT count() FROM spans WHERE ingested_ns < {before_ns:UInt64}
