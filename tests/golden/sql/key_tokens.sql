-- tokens:>10k
-- a list of spans
coalesce(input_tokens + output_tokens, input_tokens, output_tokens) > {c0:Int64}
--   c0 = 10000
-- one span of a trace
1
-- the whole trace
coalesce(input_sum + output_sum, input_sum, output_sum) > {w0:Int64}
--   w0 = 10000
