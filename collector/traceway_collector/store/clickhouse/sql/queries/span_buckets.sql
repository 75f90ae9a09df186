SELECT DISTINCT bucket, ingested_ns FROM span_buckets WHERE span_id = unhex({span_id:String})
