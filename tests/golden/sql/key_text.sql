-- text:refund
-- a list of spans
hasAllTokens(search_text, {c0t0w:Array(String)})
--   c0t0w = ['refund']
-- one span of a trace
hasAllTokens(search_text, {c0t0w:Array(String)})
--   c0t0w = ['refund']
-- the whole trace
1
