-- operation:chat
-- a list of spans
operation IN {c0:Array(String)}
--   c0 = ['chat']
-- one span of a trace
operation IN {c0:Array(String)}
--   c0 = ['chat']
-- the whole trace
1
