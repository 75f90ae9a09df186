-- Which contents are kept: one row for every trace that a content was sent for. Its newest `seen_ns` is when it was
-- sent last; contents without a reference are forgotten some time after that.
CREATE TABLE file_contents$local $on_cluster
(
    content_id FixedString(32) COMMENT 'sha256' CODEC(NONE),
    trace_id FixedString(16) COMMENT 'zeros when there is none' CODEC(ZSTD(1)),
    blob UInt64 COMMENT 'its bytes in file_chunks' CODEC(NONE),
    size UInt64 COMMENT 'bytes' CODEC(ZSTD(1)),
    run_id String COMMENT 'the run that it counts for' CODEC(ZSTD(1)),
    stored_ns UInt64 CODEC(ZSTD(1)),
    seen_ns UInt64 CODEC(ZSTD(1))
)
ENGINE = ${engine}ReplacingMergeTree(${replica}seen_ns)
ORDER BY (content_id, trace_id)
SETTINGS index_granularity = 1024
