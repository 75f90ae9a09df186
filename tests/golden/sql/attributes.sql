-- attr.a:1,x -attr.b:>5 gen_ai.x:y* resource.c:d
-- a list of spans
arrayExists((k, t, v) -> k = {c0n:String} AND (t NOT IN (5, 6) AND v IN {c0:Array(String)} OR t = 4 AND ifNull(toFloat64OrNull(v) IN {c0f:Array(Float64)}, 0) OR t = 5 AND multiSearchAny(v, arrayMap(x -> unhex(x), {c0m:Array(String)}))), attr_keys, attr_types, attr_values) AND NOT ifNull(arrayExists((k, t, v) -> k = {c1n:String} AND t IN (3, 4) AND ifNull(toFloat64OrNull(v) > {c1:Float64}, 0), attr_keys, attr_types, attr_values), 0) AND arrayExists((k, t, v) -> k = {c2n:String} AND t NOT IN (5, 6) AND ilike(v, unhex({c2p0:String})), attr_keys, attr_types, attr_values) AND arrayExists((k, v) -> k = {c3n:String} AND v IN {c3:Array(String)}, resource_keys, resource_values)
--   c0n = 'a'
--   c0 = ['1', 'x']
--   c0f = [1.0]
--   c0m = ['0a030a0131', '0a030a0178']
--   c1n = 'b'
--   c1 = 5.0
--   c2n = 'gen_ai.x'
--   c2p0 = '7925'
--   c3n = 'c'
--   c3 = ['d']
-- one span of a trace
arrayExists((k, t, v) -> k = {c0n:String} AND (t NOT IN (5, 6) AND v IN {c0:Array(String)} OR t = 4 AND ifNull(toFloat64OrNull(v) IN {c0f:Array(Float64)}, 0) OR t = 5 AND multiSearchAny(v, arrayMap(x -> unhex(x), {c0m:Array(String)}))), attr_keys, attr_types, attr_values) AND arrayExists((k, t, v) -> k = {c2n:String} AND t NOT IN (5, 6) AND ilike(v, unhex({c2p0:String})), attr_keys, attr_types, attr_values) AND arrayExists((k, v) -> k = {c3n:String} AND v IN {c3:Array(String)}, resource_keys, resource_values) AND trace_id NOT IN (SELECT trace_id FROM spans WHERE 1 AND arrayExists((k, t, v) -> k = {c1n:String} AND t IN (3, 4) AND ifNull(toFloat64OrNull(v) > {c1:Float64}, 0), attr_keys, attr_types, attr_values))
--   c0n = 'a'
--   c0 = ['1', 'x']
--   c0f = [1.0]
--   c0m = ['0a030a0131', '0a030a0178']
--   c2n = 'gen_ai.x'
--   c2p0 = '7925'
--   c3n = 'c'
--   c3 = ['d']
--   c1n = 'b'
--   c1 = 5.0
-- the whole trace
1
