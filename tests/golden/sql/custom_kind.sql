-- kind:custom,tool
-- a list of spans
(kind IN {c0:Array(String)} OR kind NOT IN ('llm_call', 'embedding', 'rerank', 'tool', 'agent', 'workflow', 'retrieval', 'fs_read', 'fs_write'))
--   c0 = ['custom', 'tool']
-- one span of a trace
(kind IN {c0:Array(String)} OR kind NOT IN ('llm_call', 'embedding', 'rerank', 'tool', 'agent', 'workflow', 'retrieval', 'fs_read', 'fs_write'))
--   c0 = ['custom', 'tool']
-- the whole trace
1
