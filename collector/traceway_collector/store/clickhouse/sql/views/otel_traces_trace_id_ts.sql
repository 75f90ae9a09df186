-- When the spans of each trace start, first and last: how Grafana goes from a trace id to a time range of otel_traces. A
-- trace has a row for every group it came with, as it has with the exporter; readers take the least and the greatest.
CREATE VIEW otel_traces_trace_id_ts $on_cluster AS
SELECT
    lower(hex(trace_id)) AS TraceId,
    toDateTime(fromUnixTimestamp64Nano(toInt64(start_ns))) AS Start,
    toDateTime(fromUnixTimestamp64Nano(toInt64(last_start_ns))) AS End
FROM trace_times
