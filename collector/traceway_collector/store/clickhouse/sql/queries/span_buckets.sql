SELECT DISTINCT bucket FROM span_buckets WHERE span_id = unhex({span_id:String})
