-- Chunks of contents that are not complete yet. Nobody reads them but the one who puts them together and looks whether
-- they are what their hash says.
CREATE TABLE file_uploads$local $on_cluster
(
    content_id FixedString(32) COMMENT 'sha256, as it was announced' CODEC(NONE),
    run_id String CODEC(ZSTD(1)),
    size UInt64 COMMENT 'bytes of the whole' CODEC(ZSTD(1)),
    chunks UInt32 COMMENT 'of the whole' CODEC(ZSTD(1)),
    chunk UInt32 COMMENT 'number of this one' CODEC(ZSTD(1)),
    position UInt64 COMMENT 'of its first byte' CODEC(ZSTD(1)),
    data String CODEC(ZSTD(1)),
    trace_id FixedString(16) COMMENT 'zeros when there is none' CODEC(ZSTD(1)),
    arrived_ns UInt64 CODEC(ZSTD(1))
)
ENGINE = ${engine}ReplacingMergeTree(${replica}arrived_ns)
ORDER BY (content_id, run_id, size, chunks, chunk)
SETTINGS index_granularity_bytes = 1048576
