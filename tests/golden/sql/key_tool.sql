-- tool:search_orders
-- a list of spans
tool_name IN {c0:Array(String)}
--   c0 = ['search_orders']
-- one span of a trace
tool_name IN {c0:Array(String)}
--   c0 = ['search_orders']
-- the whole trace
1
