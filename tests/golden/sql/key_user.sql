-- user:mia
-- a list of spans
user_id IN {c0:Array(String)}
--   c0 = ['mia']
-- one span of a trace
user_id IN {c0:Array(String)}
--   c0 = ['mia']
-- the whole trace
1
