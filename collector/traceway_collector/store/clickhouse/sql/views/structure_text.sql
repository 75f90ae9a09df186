-- An expression, not a statement: the JSON text of the fields of an OTLP message from $from on (a list of AnyValue, a
-- list of KeyValue, or one of either), for any depth, as one fold over its bytes `v` that reads a field a step.
-- The engine has no function for it, and to unfold a level of nesting at a time makes an expression too large to analyse.
-- State: `at`, where the next field begins; `expects`: 0 an item of the innermost list, 1 a value, 2 the key of a pair,
-- 3 its value; `ends`, where the open lists end; `closing`, their brackets; `out`, the text.
-- Of the field: its tag `t`, the varint `n` behind the tag, made of the bytes `b`, and `h`, how long both are.
arrayFold(
    (a, step) -> multiIf(
        empty(a.ends), a,
        a.at > a.ends[-1],
            CAST((a.at, 0, arrayPopBack(a.ends), left(a.closing, -1),
                concat(a.out, if(a.expects = 3, 'null', ''), right(a.closing, 1))), '$state'),
        arrayMap((t, b) -> arrayMap((h, n) -> CAST((
            multiIf(
                a.expects = 1 AND t = 33, a.at + 9,
                a.expects = 3 AND t = 10, a.at,
                a.expects = 0 AND t NOT IN (10, 34), a.ends[-1] + 1,
                a.expects = 1 AND t IN (10, 58) OR a.expects = 2 AND t = 10, a.at + h + n,
                a.at + h),
            multiIf(
                a.expects = 0, if(right(a.closing, 1) = '}', 2, 1) * (n > 0 AND t IN (10, 34)),
                a.expects = 1, 0,
                t = 18, n > 0,
                a.expects = 2, 3,
                0),
            if(a.expects = 1 AND t IN (42, 50), arrayPushBack(a.ends, a.at + h + n - 1), a.ends),
            if(a.expects = 1 AND t IN (42, 50), concat(a.closing, if(t = 42, ']', '}')), a.closing),
            concat(a.out, multiIf(
                a.expects = 0, multiIf(
                    t NOT IN (10, 34), '',
                    concat(if(right(a.out, 1) IN ('[', '{'), '', ','),
                        multiIf(n > 0, '', right(a.closing, 1) = '}', '"":null', 'null'))),
                a.expects = 1, multiIf(
                    t = 10, toJSONString(substring(v, a.at + h, n)),
                    t = 16, if(n = 1, 'true', 'false'),
                    t = 24, toString(n),
                    t = 33, toJSONString(reinterpretAsFloat64(substring(v, a.at + 1, 8))),
                    t = 42, '[',
                    t = 50, '{',
                    t = 58, toJSONString(base64Encode(substring(v, a.at + h, n))),
                    'null'),
                t = 18, concat(if(a.expects = 2, '"":', ''), if(n = 0, 'null', '')),
                a.expects = 2, concat(toJSONString(substring(v, a.at + h, n)), ':'),
                'null'))), '$state'),
            [length(b) + 1],
            [arraySum((x, i) -> bitShiftLeft(toInt64(x % 128), 7 * i), b, range(length(b)))])[1],
            [ascii(substring(v, a.at, 1))],
            [arrayMap(i -> ascii(substring(v, a.at + i, 1)),
                range(1, 1 + arrayFirstIndex(i -> ascii(substring(v, a.at + i, 1)) < 128, range(1, 11))))])[1]),
    range(countSubstrings(v, '\n') * 4 + 2),
    CAST($from, '$state')).out
