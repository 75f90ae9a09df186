-- The values of some fields among the newest spans, in one pass: each field is a grouping set, in which the others are
-- empty. The first is the same for all spans, and counts them. Values that begin with the prefix come first.
SELECT grouping($names) AS field, concat($names) AS value, count() AS spans
FROM (SELECT $fields FROM spans$final WHERE bucket >= {first_bucket:UInt32} AND $where)
GROUP BY GROUPING SETS ($sets)
HAVING field = {all_spans:UInt64} OR value != '' AND $found
ORDER BY field, $first spans DESC, value
LIMIT {limit:UInt32} BY field
