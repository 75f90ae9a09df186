-- When the first and the last of some spans started; those whose start is not known or is no time do not count.
SELECT count(), min(start_ns), max(start_ns)
FROM spans
WHERE start_ns BETWEEN 1 AND 9223372036854775807 AND $where
