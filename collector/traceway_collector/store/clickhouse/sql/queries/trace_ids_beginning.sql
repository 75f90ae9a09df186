SELECT DISTINCT trace_id
FROM trace_times
WHERE trace_id >= unhex({lowest:String}) AND trace_id <= unhex({highest:String})
ORDER BY trace_id
LIMIT {limit:UInt32}
