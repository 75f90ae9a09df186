SELECT $metrics
FROM
(
$source
)
