-- span:00f067aa0ba902b7
-- a list of spans
span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {c0:Array(String)})))
--   c0 = ['00f067aa0ba902b7']
-- one span of a trace
span_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 8), {c0:Array(String)})))
--   c0 = ['00f067aa0ba902b7']
-- the whole trace
1
