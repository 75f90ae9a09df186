-- cost:>=0.25
-- a list of spans
cost_usd >= {c0:Float64}
--   c0 = 0.25
-- one span of a trace
1
-- the whole trace
cost_sum >= {w0:Float64}
--   w0 = 0.25
