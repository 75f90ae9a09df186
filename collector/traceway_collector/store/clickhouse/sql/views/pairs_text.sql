-- An expression: keys and values, each as one text, from the OTLP bytes `v` of a list of pairs or of one pair.
arrayMap(
    kv -> (kv.1, multiIf(startsWith(kv.2, '"'), JSONExtractString(kv.2), kv.2 = 'null', '', kv.2)),
    JSONExtractKeysAndValuesRaw($structure))
