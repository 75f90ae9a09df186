-- The bytes of file contents, in pieces of a mebibyte. A blob is what one arrival of a content wrote; it counts only
-- while a row of `file_contents` names it, and that row is written last, when the bytes were found to be those of the
-- hash. Parts stay small, because a deletion writes every part anew that holds one of its rows.
CREATE TABLE file_chunks$local $on_cluster
(
    content_id FixedString(32) COMMENT 'sha256' CODEC(NONE),
    blob UInt64 COMMENT 'random' CODEC(NONE),
    position UInt32 COMMENT 'counted in pieces',
    data String CODEC(ZSTD(1)),
    stored_ns UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ${engine}MergeTree$replica_only
PARTITION BY toYYYYMM(toDateTime(intDiv(stored_ns, 1000000000)))
ORDER BY (content_id, blob, position)
SETTINGS index_granularity_bytes = 1048576, max_bytes_to_merge_at_max_space_in_pool = 1073741824
