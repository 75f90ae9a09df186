-- The words of the text index that begin so and fit a pattern. The dictionary is in order: a beginning finds its place.
SELECT DISTINCT token
FROM mergeTreeTextIndex(currentDatabase(), spans, by_text)
WHERE startsWith(token, unhex({begin:String})) AND match(token, unhex({pattern:String}))
LIMIT {limit:UInt32}
