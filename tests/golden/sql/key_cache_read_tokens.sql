-- cache_read_tokens:>0
-- a list of spans
cache_read_tokens > {c0:Int64}
--   c0 = 0
-- one span of a trace
cache_read_tokens > {c0:Int64}
--   c0 = 0
-- the whole trace
1
