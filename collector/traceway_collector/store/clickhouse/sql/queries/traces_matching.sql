-- All spans of a trace that started at since_ns or later start no earlier: each that matches is found there. It may have
-- started long after its trace did, so there is no upper bound.
SELECT trace_id
FROM spans
WHERE bucket >= {first_bucket:UInt32} AND start_ns >= {since_ns:UInt64} AND ingested_ns <= {as_of:UInt64}
    AND $where
