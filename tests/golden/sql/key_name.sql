-- name:"chat gpt-4o"
-- a list of spans
name IN {c0:Array(String)}
--   c0 = ['chat gpt-4o']
-- one span of a trace
name IN {c0:Array(String)}
--   c0 = ['chat gpt-4o']
-- the whole trace
1
