-- A row a group and, where `whole` is 1, one for everything.
SELECT grouping(shown) AS whole, $names, $metrics
FROM
(
$shown
)
GROUP BY GROUPING SETS (($names), ())
HAVING $having
ORDER BY whole DESC, $order
LIMIT {limit:UInt32}
