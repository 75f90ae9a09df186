SELECT *, 1 AS shown FROM
(
$source
)
