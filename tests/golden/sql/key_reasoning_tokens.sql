-- reasoning_tokens:>500
-- a list of spans
reasoning_tokens > {c0:Int64}
--   c0 = 500
-- one span of a trace
reasoning_tokens > {c0:Int64}
--   c0 = 500
-- the whole trace
1
