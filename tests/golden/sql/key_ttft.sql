-- ttft:>=500ms
-- a list of spans
time_to_first_token_ms * 1000000 >= {c0:Float64}
--   c0 = 500000000
-- one span of a trace
time_to_first_token_ms * 1000000 >= {c0:Float64}
--   c0 = 500000000
-- the whole trace
1
