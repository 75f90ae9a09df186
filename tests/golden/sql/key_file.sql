-- file:/srv/**/*.md
-- a list of spans
match(file_path, unhex({c0:String}))
--   c0 = '5e283f3a283f733a2f7372762f283f3a2e2a2f293f5b5e2f5d2a5c2e6d64292924'
-- one span of a trace
match(file_path, unhex({c0:String}))
--   c0 = '5e283f3a283f733a2f7372762f283f3a2e2a2f293f5b5e2f5d2a5c2e6d64292924'
-- the whole trace
1
