-- What each model that was ever seen cost on each day that it was: one row a tier, filled when an insert misses one.
-- A row with a NULL input price says that nobody knows the price. `book` is the version of the prices it was taken
-- from: rows of another book are no longer true.
CREATE TABLE prices $on_cluster
(
    provider String,
    model String,
    day Date,
    min_input_tokens Int64,
    max_input_tokens Int64,
    input_usd_per_token Nullable(Float64),
    cache_read_usd_per_token Float64,
    cache_write_usd_per_token Float64,
    output_usd_per_token Float64,
    request_usd Float64,
    source String,
    source_date Nullable(Date),
    book String
)
ENGINE = ${engine}ReplacingMergeTree$everywhere
ORDER BY (provider, model, day, min_input_tokens)
