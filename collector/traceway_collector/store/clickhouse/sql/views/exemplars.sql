-- Columns of every metric view but the one of summaries.
arrayMap((keys, texts) -> CAST((keys, texts), '$map'), exemplar_keys, exemplar_values) AS `Exemplars.FilteredAttributes`,
    arrayMap(t -> toDateTime(intDiv(t, 1000000000)), exemplar_time_ns) AS `Exemplars.TimeUnix`,
    exemplar_value AS `Exemplars.Value`,
    exemplar_span_id AS `Exemplars.SpanId`,
    exemplar_trace_id AS `Exemplars.TraceId`
