-- A condition on a span that tells that its trace failed: it is its root, or, while the trace has none, one of its spans.
status_code = 2 AND (
    parent_id = toFixedString('', 8)
    OR trace_id NOT IN (SELECT trace_id FROM spans WHERE $among AND parent_id = toFixedString('', 8)))
