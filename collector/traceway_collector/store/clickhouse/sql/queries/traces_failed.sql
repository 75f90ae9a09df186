-- A condition: the trace failed, as far as its spans tell: its root did, or, while it has none, one of its spans.
trace_id IN (SELECT trace_id FROM spans WHERE $among AND status_code = 2 AND (
    parent_id = toFixedString('', 8)
    OR trace_id NOT IN (SELECT trace_id FROM spans WHERE $among AND parent_id = toFixedString('', 8))))
