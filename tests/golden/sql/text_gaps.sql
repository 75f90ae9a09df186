-- refun* re*nd
-- a list of spans
(1 AND match(search_text, unhex({c0t0:String}))) AND (1 AND match(search_text, unhex({c1t0:String})))
--   c0t0 = '283f73295c62726566756e5b612d7a302d395d2a'
--   c1t0 = '283f73295c6272655b612d7a302d395d2a6e645c62'
-- one span of a trace
(1 AND match(search_text, unhex({c0t0:String}))) AND (1 AND match(search_text, unhex({c1t0:String})))
--   c0t0 = '283f73295c62726566756e5b612d7a302d395d2a'
--   c1t0 = '283f73295c6272655b612d7a302d395d2a6e645c62'
-- the whole trace
1
