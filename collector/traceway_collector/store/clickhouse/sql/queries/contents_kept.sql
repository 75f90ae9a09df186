-- Of each content: what is kept, and for which of these traces it was sent of late.
SELECT
    content_id,
    argMin(size, stored_ns),
    argMin(blob, stored_ns),
    argMin(run_id, stored_ns),
    min(stored_ns),
    groupUniqArrayIf(trace_id, seen_ns >= {fresh_ns:UInt64} AND has({trace_ids:Array(String)}, lower(hex(trace_id))))
FROM file_contents
WHERE content_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 32), {content_ids:Array(String)})))
GROUP BY content_id
