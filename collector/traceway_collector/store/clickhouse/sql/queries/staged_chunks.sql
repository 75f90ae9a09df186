SELECT chunk, position, data, trace_id
FROM file_uploads
WHERE content_id = unhex({content_id:String}) AND run_id = unhex({run_id:String})
    AND size = {size:UInt64} AND chunks = {chunks:UInt32}
    AND chunk >= {first:UInt32} AND chunk < {stop:UInt32}
ORDER BY chunk, arrived_ns DESC
LIMIT 1 BY chunk
