-- The hash of a span by which those of repeated calls are known.
toUInt32(bitXor(reinterpretAsUInt64(span_id), bitShiftRight(reinterpretAsUInt64(span_id), 32)))
