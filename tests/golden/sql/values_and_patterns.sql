-- model:gpt-4o,claude* -tag:beta
-- a list of spans
((model IN {c0:Array(String)} OR ilike(model, unhex({c0p0:String}))) OR (request_model IN {c0:Array(String)} OR ilike(request_model, unhex({c0p0:String})))) AND NOT ifNull(arrayExists(x -> x IN {c1:Array(String)}, tags), 0)
--   c0 = ['gpt-4o']
--   c0p0 = '636c6175646525'
--   c1 = ['beta']
-- one span of a trace
((model IN {c0:Array(String)} OR ilike(model, unhex({c0p0:String}))) OR (request_model IN {c0:Array(String)} OR ilike(request_model, unhex({c0p0:String})))) AND trace_id NOT IN (SELECT trace_id FROM spans WHERE 1 AND arrayExists(x -> x IN {c1:Array(String)}, tags))
--   c0 = ['gpt-4o']
--   c0p0 = '636c6175646525'
--   c1 = ['beta']
-- the whole trace
1
