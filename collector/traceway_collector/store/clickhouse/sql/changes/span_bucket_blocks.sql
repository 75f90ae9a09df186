-- The ids of a page of spans are each in a granule of its own here, too.
ALTER TABLE span_buckets$local $on_cluster MODIFY SETTING min_compress_block_size = 8192
