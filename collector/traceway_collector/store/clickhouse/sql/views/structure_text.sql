-- An expression, not a statement: JSON for what lies in the OTLP bytes `v` from $from on (a list of values, a list of
-- pairs, one value, or one pair), however deep, in one fold over the bytes that reads a field a step. The engine has no
-- function for it, and an expression that unfolds one level of nesting at a time soon takes seconds to analyse.
--
-- State: `at`, where the next field begins; `expects`: 0 an item of the innermost list, 1 a value, 2 the key of a pair,
-- 3 its value; `ends`, where the open lists end; `closing`, their brackets; `out`, the text.
-- A field: `n`, the number behind its tag, made of the bytes `b`; `h`, how long tag and number are; `c`, its tag plus a
-- hundred times what is expected, which names every case. Tags: 10 a string, the key of a pair or an item, 34 an item (of
-- a Link), 16 a bool, 24 an int, 33 a double, 42 an array, 50 a map, 58 bytes, 18 the value of a pair. Any other tag where
-- an item is expected ends the list.
arrayFold(
    (a, step) -> multiIf(
        empty(a.ends), a,
        a.at > a.ends[-1],
            CAST((a.at, 0, arrayPopBack(a.ends), left(a.closing, -1),
                concat(a.out, if(a.expects = 3, 'null', ''), right(a.closing, 1))), '$state'),
        arrayMap((c, b) -> arrayMap((h, n) -> CAST((
            multiIf(
                c = 133, a.at + 9,
                c = 310, a.at,
                c IN (110, 158, 210), a.at + h + n,
                c < 100 AND c NOT IN (10, 34), a.ends[-1] + 1,
                a.at + h),
            multiIf(
                c IN (10, 34), if(n = 0, 0, if(right(a.closing, 1) = '}', 2, 1)),
                c IN (218, 318), n > 0,
                c = 210, 3,
                0),
            if(c IN (142, 150), arrayPushBack(a.ends, a.at + h + n - 1), a.ends),
            if(c IN (142, 150), concat(a.closing, if(c = 142, ']', '}')), a.closing),
            concat(a.out, multiIf(
                c = 110, toJSONString(substring(v, a.at + h, n)),
                c = 210, concat(toJSONString(substring(v, a.at + h, n)), ':'),
                c IN (10, 34), concat(if(right(a.out, 1) IN ('[', '{'), '', ','),
                    multiIf(n > 0, '', right(a.closing, 1) = '}', '"":null', 'null')),
                c IN (218, 318), concat(if(c = 218, '"":', ''), if(n = 0, 'null', '')),
                c = 116, if(n = 1, 'true', 'false'),
                c = 124, toString(n),
                c = 133, toJSONString(reinterpretAsFloat64(substring(v, a.at + 1, 8))),
                c = 142, '[',
                c = 150, '{',
                c = 158, toJSONString(base64Encode(substring(v, a.at + h, n))),
                c < 100, '',
                'null'))), '$state'),
            [length(b) + 1],
            [arraySum((x, i) -> bitShiftLeft(toInt64(x % 128), 7 * i), b, range(length(b)))])[1],
            [ascii(substring(v, a.at, 1)) + 100 * a.expects],
            [arrayMap(i -> ascii(substring(v, a.at + i, 1)),
                range(1, 1 + arrayFirstIndex(i -> ascii(substring(v, a.at + i, 1)) < 128, range(1, 11))))])[1]),
    range(countSubstrings(v, '\n') * 4 + 4),
    CAST($from, '$state')).out
