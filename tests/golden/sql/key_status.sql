-- status:error
-- a list of spans
status_code = 2
-- one span of a trace
status_code = 2 AND (
    parent_id = toFixedString('', 8)
    OR trace_id NOT IN (SELECT trace_id FROM spans WHERE 1 AND parent_id = toFixedString('', 8)))
-- the whole trace
failure.1
