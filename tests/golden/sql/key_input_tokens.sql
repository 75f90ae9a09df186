-- input_tokens:1000..2000
-- a list of spans
input_tokens BETWEEN {c0low:Int64} AND {c0high:Int64}
--   c0low = 1000
--   c0high = 2000
-- one span of a trace
1
-- the whole trace
input_sum BETWEEN {w0low:Int64} AND {w0high:Int64}
--   w0low = 1000
--   w0high = 2000
