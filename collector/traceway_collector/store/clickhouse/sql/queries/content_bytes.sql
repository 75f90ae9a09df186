SELECT data
FROM file_chunks
WHERE content_id = unhex({content_id:String}) AND blob = {blob:UInt64}
    AND position >= {first:UInt32} AND position < {stop:UInt32}
ORDER BY position
