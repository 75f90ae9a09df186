-- "late refund" 退款
-- a list of spans
(hasAllTokens(search_text, {c0t0w:Array(String)}) AND match(search_text, unhex({c0t0:String}))) AND (hasAllTokens(search_text, {c1t0w:Array(String)}) AND match(search_text, unhex({c1t0:String})))
--   c0t0w = ['late', 'refund']
--   c0t0 = '283f73295c626c6174655c20726566756e645c62'
--   c1t0w = ['退', '款']
--   c1t0 = '283f7329e98080e6acbe'
-- one span of a trace
(hasAllTokens(search_text, {c0t0w:Array(String)}) AND match(search_text, unhex({c0t0:String}))) AND (hasAllTokens(search_text, {c1t0w:Array(String)}) AND match(search_text, unhex({c1t0:String})))
--   c0t0w = ['late', 'refund']
--   c0t0 = '283f73295c626c6174655c20726566756e645c62'
--   c1t0w = ['退', '款']
--   c1t0 = '283f7329e98080e6acbe'
-- the whole trace
1
