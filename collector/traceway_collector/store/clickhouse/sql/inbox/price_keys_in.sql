CREATE MATERIALIZED VIEW price_keys_in $on_cluster TO price_keys AS
SELECT DISTINCT provider, model, day
FROM $priced
WHERE kind IN $spending AND dictGet('prices_dictionary', 'source', (provider, model, day), 0) = ''
