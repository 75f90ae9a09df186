SELECT span_id, bucket
FROM span_buckets
WHERE span_id >= unhex({lowest:String}) AND span_id <= unhex({highest:String})
ORDER BY span_id, bucket
LIMIT 1 BY span_id, bucket
LIMIT {limit:UInt32}
