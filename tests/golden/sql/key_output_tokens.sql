-- output_tokens:<10
-- a list of spans
output_tokens < {c0:Int64}
--   c0 = 10
-- one span of a trace
1
-- the whole trace
output_sum < {w0:Int64}
--   w0 = 10
