-- status:error -duration:>1s cost:>=1
-- a list of spans
status_code = 2 AND NOT ifNull(if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) > {c1:UInt64}, 0) AND cost_usd >= {c2:Float64}
--   c1 = 1000000000
--   c2 = 1.0
-- one span of a trace
status_code = 2 AND (
    parent_id = toFixedString('', 8)
    OR trace_id NOT IN (SELECT trace_id FROM spans WHERE 1 AND parent_id = toFixedString('', 8)))
-- the whole trace
failure.1 AND NOT ifNull(if(started_ns = 0, NULL, toUInt64(ended_ns - started_ns)) > {w1:UInt64}, 0) AND cost_sum >= {w2:Float64}
--   w1 = 1000000000
--   w2 = 1.0
