-- provider:openai
-- a list of spans
provider IN {c0:Array(String)}
--   c0 = ['openai']
-- one span of a trace
provider IN {c0:Array(String)}
--   c0 = ['openai']
-- the whole trace
1
