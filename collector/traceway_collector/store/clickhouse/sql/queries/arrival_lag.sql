-- How long after its end a span was taken for commit, in nanoseconds: in the middle, and for one in twenty. Ends in the
-- future are of clocks that differ.
SELECT quantiles(0.5, 0.95)(greatest(toInt64(ingested_ns - (start_ns + duration_ns)), 0)) AS lag, count()
FROM spans
WHERE ingested_ns >= {since_ns:UInt64} AND start_ns + duration_ns != 0
