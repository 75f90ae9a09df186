-- kind:llm_call,tool
-- a list of spans
kind IN {c0:Array(String)}
--   c0 = ['llm_call', 'tool']
-- one span of a trace
kind IN {c0:Array(String)}
--   c0 = ['llm_call', 'tool']
-- the whole trace
1
