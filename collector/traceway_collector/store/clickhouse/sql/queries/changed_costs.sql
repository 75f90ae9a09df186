SELECT count()
FROM spans
WHERE $changed
