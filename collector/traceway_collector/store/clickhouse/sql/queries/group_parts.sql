-- The parts that hold rows of one group, and whether they hold nothing else.
SELECT _part, count() = countIf(ingested_ns = {group:UInt64})
FROM spans
WHERE _part IN (SELECT DISTINCT _part FROM spans WHERE ingested_ns = {group:UInt64})
GROUP BY _part
