-- has:error
-- a list of spans
status_code = 2
-- one span of a trace
status_code = 2
-- the whole trace
1
