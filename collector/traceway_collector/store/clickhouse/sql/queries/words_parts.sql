-- The parts that have the text index, as far as words tell that hardly any part is without; another is read as it is.
SELECT DISTINCT part_name
FROM mergeTreeTextIndex(currentDatabase(), spans, by_text)
WHERE token IN ('0', '1', '2', '4', 'a', 'chat', 'e', 'gpt', 'is', 'run', 's', 't', 'the', 'tool')
