-- The values of one field among the newest spans, those that begin with the prefix first, the most frequent first.
SELECT toString($value) AS value, count() AS spans
FROM spans
WHERE bucket >= {first_bucket:UInt32} AND $where AND value != '' AND $found
GROUP BY value
ORDER BY $first spans DESC, value
LIMIT {limit:UInt32}
