-- attr.http.response.status_code:>=500
-- a list of spans
arrayExists((k, t, v) -> k = {c0n:String} AND t IN (3, 4) AND ifNull(toFloat64OrNull(v) >= {c0:Float64}, 0), attr_keys, attr_types, attr_values)
--   c0n = 'http.response.status_code'
--   c0 = 500.0
-- one span of a trace
arrayExists((k, t, v) -> k = {c0n:String} AND t IN (3, 4) AND ifNull(toFloat64OrNull(v) >= {c0:Float64}, 0), attr_keys, attr_types, attr_values)
--   c0n = 'http.response.status_code'
--   c0 = 500.0
-- the whole trace
1
