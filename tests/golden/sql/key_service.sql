-- service:shop
-- a list of spans
service IN {c0:Array(String)}
--   c0 = ['shop']
-- one span of a trace
service IN {c0:Array(String)}
--   c0 = ['shop']
-- the whole trace
1
