-- A condition: a span of the trace meets it, this one or another.
trace_id IN (SELECT trace_id FROM spans WHERE $among AND $wanted)
