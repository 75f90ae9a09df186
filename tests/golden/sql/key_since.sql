-- since:2h
-- a list of spans
start_ns >= {since_ns:UInt64}
--   since_ns = 1794992800000000000
-- one span of a trace
1
-- the whole trace
1
