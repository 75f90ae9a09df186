-- All but the series that are shown become one, whose keys are empty.
SELECT * REPLACE ($keys)
FROM (SELECT *, $identity IN {series:Array(UInt64)} AS shown FROM
(
$source
))
