-- trace:4bf92f3577b34da6a3ce929d0e0e4736
-- a list of spans
trace_id = unhex({trace_id:String})
--   trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
-- one span of a trace
trace_id = unhex({trace_id:String})
--   trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
-- the whole trace
1
