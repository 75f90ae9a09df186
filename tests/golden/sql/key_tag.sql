-- tag:beta
-- a list of spans
arrayExists(x -> x IN {c0:Array(String)}, tags)
--   c0 = ['beta']
-- one span of a trace
arrayExists(x -> x IN {c0:Array(String)}, tags)
--   c0 = ['beta']
-- the whole trace
1
