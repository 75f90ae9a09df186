SELECT max(ingested_ns) FROM trace_times
