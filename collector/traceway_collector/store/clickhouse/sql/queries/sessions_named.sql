-- Traces by the sessions that they name.
SELECT DISTINCT trace_id, session_id AS session FROM spans WHERE session_id IN {sessions:Array(String)}
