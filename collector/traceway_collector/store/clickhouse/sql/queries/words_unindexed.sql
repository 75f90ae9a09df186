-- The same words in the spans that no index knows yet.
SELECT DISTINCT arrayJoin(tokens(search_text, 'asciiCJK')) AS token
FROM spans
WHERE _part NOT IN {parts:Array(String)} AND bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
    AND startsWith(token, unhex({begin:String})) AND match(token, unhex({pattern:String}))
LIMIT {limit:UInt32}
