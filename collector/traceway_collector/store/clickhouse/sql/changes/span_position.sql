-- The place of a span among those of its group: with ingested_ns the order of arrival, and the id of its events. Spans
-- that were stored before this column have the first place, all of them.
ALTER TABLE spans$local $on_cluster ADD COLUMN IF NOT EXISTS position UInt32 COMMENT 'in its group' CODEC(T64, ZSTD(1)) AFTER request_id
