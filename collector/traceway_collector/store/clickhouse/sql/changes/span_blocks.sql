-- A list reads a few granules far from each other, of forty columns: of most columns a granule is now a block of its own
-- and nothing beside it is decompressed (docs/decisions/0019). Parts written before get there when they merge.
ALTER TABLE spans$local $on_cluster MODIFY SETTING min_compress_block_size = 8192
