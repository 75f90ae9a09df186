SELECT count()
FROM spans
WHERE _part NOT IN {parts:Array(String)} AND bucket BETWEEN {first_bucket:UInt32} AND {last_bucket:UInt32}
