ALTER TABLE $file_uploads DELETE
WHERE content_id = unhex({content_id:String}) AND run_id = unhex({run_id:String})
    AND size = {size:UInt64} AND chunks = {chunks:UInt32}
SETTINGS mutations_sync = $sync
