SELECT count() FROM spans WHERE ingested_ns = {group:UInt64}
