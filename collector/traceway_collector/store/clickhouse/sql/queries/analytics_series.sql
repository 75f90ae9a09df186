-- The series that come first, and how each is known.
SELECT $identity AS series
FROM
(
$source
)
GROUP BY $names
ORDER BY $order, series
LIMIT {top:UInt32}
