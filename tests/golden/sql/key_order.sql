-- order:asc
-- a list of spans
1
-- one span of a trace
1
-- the whole trace
1
