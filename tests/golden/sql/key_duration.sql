-- duration:>2s
-- a list of spans
if(start_ns = 0 OR start_ns + duration_ns = 0, NULL, greatest(duration_ns, 0)) > {c0:UInt64}
--   c0 = 2000000000
-- one span of a trace
1
-- the whole trace
if(started_ns = 0, NULL, toUInt64(ended_ns - started_ns)) > {w0:UInt64}
--   w0 = 2000000000
