-- What sessions_told.sql is told.
SELECT trace_id, toUInt16(indexOf({sessions:Array(String)}, session)) AS place FROM ($named) LIMIT {limit:UInt32}
