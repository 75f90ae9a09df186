SELECT uniqExact(span_id) FROM spans WHERE trace_id = unhex({trace_id:String})
