"""The compatibility views: our tables under the names and types of the OpenTelemetry Collector's ClickHouse exporter.

Grafana's ClickHouse data source, HyperDX and dashboards made for the exporter read them. They are for reading: nothing
is inserted into them. Attribute values are one text each, as the exporter writes them: bytes as base64, arrays and maps
as JSON. Source: opentelemetry-collector-contrib, exporter/clickhouseexporter, 0.151 and later.
"""

from __future__ import annotations

from .sqlfiles import Layout, fill, read

_STATE = "Tuple(at Int64, expects UInt8, ends Array(Int64), closing String, out String)"
_MAP = "Map(LowCardinality(String), String)"

# Columns of the metric views behind those that all of them have.
_METRICS = {
    "gauge": ("value AS Value", "$exemplars"),
    "sum": (
        "value AS Value",
        "$exemplars",
        "temporality AS AggregationTemporality",
        "monotonic AS IsMonotonic",
    ),
    "histogram": (
        "count AS Count",
        "sum AS Sum",
        "bucket_counts AS BucketCounts",
        "explicit_bounds AS ExplicitBounds",
        "$exemplars",
        "min AS Min",
        "max AS Max",
        "temporality AS AggregationTemporality",
    ),
    "exponential_histogram": (
        "count AS Count",
        "sum AS Sum",
        "scale AS Scale",
        "zero_count AS ZeroCount",
        "positive_offset AS PositiveOffset",
        "positive_counts AS PositiveBucketCounts",
        "negative_offset AS NegativeOffset",
        "negative_counts AS NegativeBucketCounts",
        "$exemplars",
        "min AS Min",
        "max AS Max",
        "temporality AS AggregationTemporality",
    ),
    "summary": (
        "count AS Count",
        "sum AS Sum",
        "quantiles AS `ValueAtQuantiles.Quantile`",
        "quantile_values AS `ValueAtQuantiles.Value`",
    ),
}


def views(layout: Layout) -> dict[str, str]:
    """The views by name, each with its CREATE statement."""
    attribute = _part("attribute_text", _structure("(1, 0, [length(v)], if(t = 5, ']', '}'), if(t = 5, '[', '{'))"))
    value = _part("value_text", _structure("(1, 1, [length(v)], '', '')"))
    pairs = _part("pairs_text", _structure("(1, 0, [length(v)], '}', '{')"))
    pair = _part("pairs_text", _structure("(1, 2, [length(v)], '}', '{')"))
    exemplars = read("views/exemplars.sql").replace("$map", _MAP)
    traces = fill(
        "views/otel_traces.sql", layout, map=_MAP, attribute_text=attribute, value_text=value, pairs_of_link=pairs
    )
    made = {
        "otel_traces": traces,
        "otel_traces_trace_id_ts": fill("views/otel_traces_trace_id_ts.sql", layout),
        "otel_logs": fill("views/otel_logs.sql", layout, map=_MAP, attribute_text=attribute, pair=pair),
    }
    for kind, columns in _METRICS.items():
        name = f"otel_metrics_{kind}"
        listed = ",\n    ".join(columns).replace("$exemplars", exemplars)
        made[name] = fill("views/otel_metrics.sql", layout, map=_MAP, pair=pair, view=name, type=kind, columns=listed)
    return made


def _structure(start: str) -> str:
    return read("views/structure_text.sql").replace("$from", start).replace("$state", _STATE)


def _part(name: str, structure: str) -> str:
    return read(f"views/{name}.sql").replace("$structure", structure)
