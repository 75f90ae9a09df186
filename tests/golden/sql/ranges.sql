-- duration:1s..2s tokens:10..20 -cost:0.1..0.2
-- a list of spans
if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) BETWEEN {c0low:UInt64} AND {c0high:UInt64} AND coalesce(input_tokens + output_tokens, input_tokens, output_tokens) BETWEEN {c1low:Int64} AND {c1high:Int64} AND NOT ifNull(cost_usd BETWEEN {c2low:Float64} AND {c2high:Float64}, 0)
--   c0low = 1000000000
--   c0high = 2000000000
--   c1low = 10
--   c1high = 20
--   c2low = 0.1
--   c2high = 0.2
-- one span of a trace
1
-- the whole trace
if(started_ns = 0, NULL, toUInt64(ended_ns - started_ns)) BETWEEN {w0low:UInt64} AND {w0high:UInt64} AND coalesce(input_sum + output_sum, input_sum, output_sum) BETWEEN {w1low:Int64} AND {w1high:Int64} AND NOT ifNull(cost_sum BETWEEN {w2low:Float64} AND {w2high:Float64}, 0)
--   w0low = 1000000000
--   w0high = 2000000000
--   w1low = 10
--   w1high = 20
--   w2low = 0.1
--   w2high = 0.2
