-- resource.deployment.environment.name:production
-- a list of spans
arrayExists((k, v) -> k = {c0n:String} AND v IN {c0:Array(String)}, resource_keys, resource_values)
--   c0n = 'deployment.environment.name'
--   c0 = ['production']
-- one span of a trace
arrayExists((k, v) -> k = {c0n:String} AND v IN {c0:Array(String)}, resource_keys, resource_values)
--   c0n = 'deployment.environment.name'
--   c0 = ['production']
-- the whole trace
1
