-- until:2026-11-21
-- a list of spans
start_ns <= {until_ns:UInt64}
--   until_ns = 1795219200000000000
-- one span of a trace
1
-- the whole trace
1
