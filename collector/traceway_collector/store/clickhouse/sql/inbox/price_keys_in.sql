CREATE MATERIALIZED VIEW price_keys_in $on_cluster TO price_keys AS
SELECT DISTINCT provider, model, day
FROM $keyed
WHERE kind IN $spending AND origin = ''
