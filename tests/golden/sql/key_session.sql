-- session:conv-17
-- a list of spans
session_id IN {c0:Array(String)}
--   c0 = ['conv-17']
-- one span of a trace
session_id IN {c0:Array(String)}
--   c0 = ['conv-17']
-- the whole trace
1
