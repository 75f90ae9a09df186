-- Spans in the order of arrival. The place of a span, with room for its other events, is the id of what it tells.
SELECT $columns, ingested_ns + 4 * position AS place, ingested_ns
FROM spans
WHERE ingested_ns BETWEEN {from_group:UInt64} AND {upto_ns:UInt64} AND ingested_ns + 4 * position + 3 > {after_id:UInt64}
    AND $where
ORDER BY place
LIMIT {limit:UInt32} WITH TIES
