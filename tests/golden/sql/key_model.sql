-- model:gpt-4o*
-- a list of spans
(ilike(model, unhex({c0p0:String})) OR ilike(request_model, unhex({c0p0:String})))
--   c0p0 = '6770742d346f25'
-- one span of a trace
(ilike(model, unhex({c0p0:String})) OR ilike(request_model, unhex({c0p0:String})))
--   c0p0 = '6770742d346f25'
-- the whole trace
1
