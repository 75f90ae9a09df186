INSERT INTO price_keys
SELECT DISTINCT provider, model, toDate(toUInt32(least(intDiv(start_ns, 1000000000), 4294967295)))
FROM spans
WHERE kind IN ('llm_call', 'embedding', 'rerank')
