-- The price table in memory, for the view that inserts spans. A call's input tokens choose the tier.
-- Never refreshed by itself: whoever adds rows says SYSTEM RELOAD DICTIONARY. The engine logs in to itself to read the
-- table, so a server whose default user has a password needs a user's name and password here, as quoted literals.
CREATE DICTIONARY prices_dictionary $on_cluster
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
    source String
)
PRIMARY KEY provider, model, day
SOURCE(CLICKHOUSE(TABLE 'prices' DB currentDatabase() USER $user PASSWORD $password))
LAYOUT(COMPLEX_KEY_RANGE_HASHED())
RANGE(MIN min_input_tokens MAX max_input_tokens)
LIFETIME(0)
