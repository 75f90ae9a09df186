-- refund -late
-- a list of spans
hasAllTokens(search_text, {c0t0w:Array(String)}) AND NOT ifNull(hasAllTokens(search_text, {c1t0w:Array(String)}), 0)
--   c0t0w = ['refund']
--   c1t0w = ['late']
-- one span of a trace
hasAllTokens(search_text, {c0t0w:Array(String)}) AND trace_id NOT IN (SELECT trace_id FROM spans WHERE 1 AND hasAllTokens(search_text, {c1t0w:Array(String)}))
--   c0t0w = ['refund']
--   c1t0w = ['late']
-- the whole trace
1
