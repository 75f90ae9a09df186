-- Why a content is not kept, though it was sent. A content that is kept after all is read as kept.
CREATE TABLE file_refusals$local $on_cluster
(
    content_id FixedString(32) COMMENT 'sha256, as it was announced' CODEC(NONE),
    state LowCardinality(String),
    refused_ns UInt64 CODEC(ZSTD(1))
)
ENGINE = ${engine}ReplacingMergeTree(${replica}refused_ns)
ORDER BY content_id
SETTINGS index_granularity = 1024
