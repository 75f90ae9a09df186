-- agent:planner
-- a list of spans
agent_name IN {c0:Array(String)}
--   c0 = ['planner']
-- one span of a trace
agent_name IN {c0:Array(String)}
--   c0 = ['planner']
-- the whole trace
1
