-- The same as they were found before: packed, each trace with the place of its session.
SELECT tupleElement(pair, 1) AS trace_id, {sessions:Array(String)}[tupleElement(pair, 2)] AS session
FROM
(
    SELECT arrayJoin(arrayZip(
        reinterpret(base64Decode({traces:String}), 'Array(FixedString(16))'),
        reinterpret(base64Decode({places:String}), 'Array(UInt16)')
    )) AS pair
)
