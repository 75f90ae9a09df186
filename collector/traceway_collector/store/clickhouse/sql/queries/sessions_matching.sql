-- A condition: the session has a trace one of whose spans matches.
session_id IN
(
    SELECT session_id
    FROM spans
    WHERE session_id != '' AND trace_id IN (SELECT trace_id FROM spans WHERE ingested_ns <= {as_of:UInt64} AND $where)
)
