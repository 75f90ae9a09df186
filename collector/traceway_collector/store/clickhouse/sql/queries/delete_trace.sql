ALTER TABLE span_buckets DELETE WHERE span_id IN (SELECT span_id FROM spans WHERE trace_id = unhex({trace_id:String}))
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1;
ALTER TABLE spans DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2;
ALTER TABLE trace_times DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2;
ALTER TABLE logs DELETE WHERE trace_id = unhex({trace_id:String}) SETTINGS mutations_sync = 2
