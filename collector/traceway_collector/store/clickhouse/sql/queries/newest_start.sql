-- The n-th newest start of a trace.
SELECT start_ns
FROM trace_times
WHERE start_ns <= {until_ns:UInt64}
ORDER BY start_ns DESC
LIMIT 1 OFFSET {rows:UInt32}
