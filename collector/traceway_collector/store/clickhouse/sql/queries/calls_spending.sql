-- Names: a span that spends tokens, one whose call costs something, and one whose call is counted in full.
kind IN ('llm_call', 'embedding', 'rerank') AND operation != 'fetch_response' AS spends,
spends AND NOT (status_code = 2 AND input_tokens IS NULL AND output_tokens IS NULL) AS costs,
-- Half of a model call's tokens is not its cost, although it is the best that can be said.
kind != 'llm_call' OR price_source = 'reported' OR (input_tokens IS NOT NULL AND output_tokens IS NOT NULL) AS counted
