-- Contents that the spans of a trace refer to, or that were sent for them.
SELECT DISTINCT version
FROM
(
    SELECT arrayJoin([file_version, attr_values[indexOf(attr_keys, {before_key:String})]]) AS version
    FROM spans
    WHERE trace_id = unhex({trace_id:String}) AND file_path != ''
    UNION ALL
    SELECT concat('sha256:', lower(hex(content_id))) FROM file_contents WHERE trace_id = unhex({trace_id:String})
)
WHERE match(version, '^sha256:[0-9a-f]{64}$')
