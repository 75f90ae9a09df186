SELECT ingested_ns, trace_id, before_ns, deleted
FROM deletions
WHERE ingested_ns > {after_id:UInt64} AND ingested_ns <= {upto_ns:UInt64}
ORDER BY ingested_ns
