ALTER TABLE $table DELETE
WHERE content_id IN (SELECT arrayJoin(arrayMap(x -> toFixedString(unhex(x), 32), {content_ids:Array(String)})))
SETTINGS mutations_sync = 2
