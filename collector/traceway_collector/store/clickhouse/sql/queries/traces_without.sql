-- A condition: no span of the trace meets it.
trace_id NOT IN (SELECT trace_id FROM spans WHERE $among AND $unwanted)
