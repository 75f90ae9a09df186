-- The names of attributes among the newest spans, the most frequent first.
SELECT toString(arrayJoin(attr_keys)) AS name
FROM spans
WHERE bucket >= {first_bucket:UInt32}
GROUP BY name
ORDER BY count() DESC, name
LIMIT {limit:UInt32}
