-- An expression: an AnyValue as one text, from its OTLP bytes `v`. A text begins behind its tag and length.
multiIf(
    v = '', '',
    ascii(v) = 33, toString(reinterpretAsFloat64(substring(v, 2, 8))),
    ascii(v) NOT IN (10, 58), $structure,
    arrayMap(x -> if(ascii(v) = 10, x, base64Encode(x)),
        [substring(v, multiIf(length(v) < 130, 3, length(v) < 16387, 4, length(v) < 2097156, 5, 6))])[1])
