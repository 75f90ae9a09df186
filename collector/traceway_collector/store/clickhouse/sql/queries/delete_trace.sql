-- A span id that another trace has in the same bucket keeps its way there.
ALTER TABLE $span_buckets DELETE
WHERE (span_id, bucket) IN (SELECT span_id, bucket FROM spans WHERE trace_id = unhex({trace_id:String}))
    AND (span_id, bucket) NOT IN
    (
        SELECT span_id, bucket
        FROM spans
        WHERE trace_id != unhex({trace_id:String})
            AND span_id IN (SELECT span_id FROM spans WHERE trace_id = unhex({trace_id:String}))
            AND bucket IN (SELECT bucket FROM spans WHERE trace_id = unhex({trace_id:String}))
    )
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1;
ALTER TABLE $spans DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2;
ALTER TABLE $trace_times DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2;
ALTER TABLE $logs DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2
