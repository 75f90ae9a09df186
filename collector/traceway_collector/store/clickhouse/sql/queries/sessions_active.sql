-- Sessions by the start of the newest span that names them, as of then. A session has one hash, by which those that were
-- active at the same moment are in order.
SELECT session_id, max(start_ns) AS last_ns, lower(hex(cityHash64(session_id))) AS tie
FROM spans
WHERE session_id != '' AND ingested_ns <= {as_of:UInt64} AND bucket >= {first_bucket:UInt32} AND $candidates
GROUP BY session_id
HAVING last_ns BETWEEN {since_ns:UInt64} AND {until_ns:UInt64}
    AND (last_ns, tie) < ({after_start:UInt64}, {after_tie:String})
ORDER BY last_ns DESC, tie DESC
LIMIT {limit:UInt32}
