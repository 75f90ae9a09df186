-- error:timeout
-- a list of spans
arrayExists(v -> match(translate(lowerUTF8(decodeXMLComponent(replaceRegexpAll(replaceRegexpAll(replaceAll(replaceAll(v, '\\n', ' '), '\\\"', '\"'), '\\\\t([a-zA-Z0-9]+)', '\\\\t\\1 \\1'), '\\\\u([0-9a-fA-F]{4})', '&#x\\1;'))), '.:_\'', '    '), unhex({c0t0:String})), [error_message, toString(error_type), status_message])
--   c0t0 = '283f73295c6274696d656f75745c62'
-- one span of a trace
arrayExists(v -> match(translate(lowerUTF8(decodeXMLComponent(replaceRegexpAll(replaceRegexpAll(replaceAll(replaceAll(v, '\\n', ' '), '\\\"', '\"'), '\\\\t([a-zA-Z0-9]+)', '\\\\t\\1 \\1'), '\\\\u([0-9a-fA-F]{4})', '&#x\\1;'))), '.:_\'', '    '), unhex({c0t0:String})), [error_message, toString(error_type), status_message])
--   c0t0 = '283f73295c6274696d656f75745c62'
-- the whole trace
1
