-- An expression: an attribute value as one text, from the number of its case `t` and how it is kept, `v`.
multiIf(
    t IN (5, 6), $structure,
    t = 7, base64Encode(v),
    v)
