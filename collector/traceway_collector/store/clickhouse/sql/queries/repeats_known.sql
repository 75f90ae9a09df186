-- A condition: the span has one of the hashes. They are packed, because a server takes no longer values than 128 KiB.
$span IN (SELECT arrayJoin(reinterpret(base64Decode(concat($pieces)), 'Array(UInt32)')))
