-- Which prices were ever asked for.
CREATE TABLE price_keys $on_cluster
(
    provider String,
    model String,
    day Date
)
ENGINE = ${engine}ReplacingMergeTree$everywhere
ORDER BY (provider, model, day)
