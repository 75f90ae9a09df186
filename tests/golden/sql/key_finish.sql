-- finish:length
-- a list of spans
arrayExists(x -> x IN {c0:Array(String)}, finish_reasons)
--   c0 = ['length']
-- one span of a trace
arrayExists(x -> x IN {c0:Array(String)}, finish_reasons)
--   c0 = ['length']
-- the whole trace
1
