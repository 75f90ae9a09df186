SELECT $columns
FROM metric_points
WHERE ingested_ns <= {as_of:UInt64} AND name = {name:String}
    AND time_ns BETWEEN {since_ns:UInt64} AND {until_ns:UInt64} AND $after
ORDER BY name DESC, time_ns DESC, ingested_ns DESC, request_id DESC, position DESC
LIMIT {limit:UInt32}
