-- What a span says as one text to search: attribute values, names, errors and what events hold, in lower case. Escapes
-- of JSON become the letters they stand for, and what ties words together becomes a blank; of the OTLP bytes of a value
-- of an event, tag and length go. What looks like a tab may be the beginning of a name ("C:\temp"), so that the word
-- behind it is there both ways. Nothing is stored twice: the column is computed, its index is what is kept.
-- fulltext.py folds what is looked for in the same way.
ALTER TABLE spans$local $on_cluster ADD COLUMN IF NOT EXISTS search_text String ALIAS
    translate(lowerUTF8(decodeXMLComponent(replaceRegexpAll(replaceRegexpAll(replaceAll(replaceAll(
        concat(
            arrayStringConcat(attr_values, '\n'), '\n', toString(name), '\n', status_message, '\n', error_message, '\n',
            replaceRegexpAll(
                arrayStringConcat(arrayConcat([''], arrayFlatten(event_values)), '\0'), '\0\n(?s:.)', '\n')),
        '\\n', ' '), '\\"', '"'), '\\\\t([a-zA-Z0-9]+)', '\\\\t\\1 \\1'),
        '\\\\u([0-9a-fA-F]{4})', '&#x\\1;'))), '.:_\'', '    ')
