"""The operations on whole traces: the tree, the comparison, export and import."""

from __future__ import annotations

from ..errors import NotFound, QueryTooLarge, TooLarge, Unsupported, WrongMedia
from ..query import parameters as query
from . import compare, export, imports, schema_trace_tools, tree
from .endpoint import Endpoint

_COMPARED = (
    query.hex_id("a", "a", 32, "The one trace.", required=True),
    query.hex_id("b", "b", 32, "The other trace.", required=True),
)
_FORMAT = query.choice(
    "format",
    "format",
    {name: name for name in export.FORMATS},
    "otlp is one TracesData, jsonl one a line; csv and parquet have a column otlp, from which they are imported.",
)
_OF = query.choice(
    "of",
    "of",
    {"traces": "traces", "spans": "spans"},
    "traces: all spans of the traces that match; spans: those alone.",
)

TRACE_TOOLS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/traces/{trace_id}/tree",
        tree.get_trace_tree,
        "One trace as a tree, with its critical path and the sums of every subtree.",
        schema_trace_tools.TraceTree,
        path_parameters=(query.PATH_TRACE,),
        parameters=(query.limit(tree.MOST_SPANS, tree.MOST_SPANS),),
        errors=(NotFound,),
    ),
    Endpoint(
        "GET",
        "/compare",
        compare.get_comparison,
        "Two traces step by step: what is the same, what changed and in what, what only one has.",
        schema_trace_tools.Comparison,
        parameters=_COMPARED,
        errors=(NotFound,),
    ),
    Endpoint(
        "GET",
        "/traces/{trace_id}/export",
        export.export_trace,
        "One trace as a file; otlp unless told otherwise.",
        path_parameters=(query.PATH_TRACE,),
        parameters=(_FORMAT,),
        errors=(NotFound,),
        media_type="application/octet-stream",
    ),
    Endpoint(
        "GET",
        "/export",
        export.export_many,
        "Traces or spans as a file, newest first; traces as otlp unless told otherwise.",
        parameters=(*query.SPAN_FILTER, _OF, _FORMAT, query.limit(export.MOST_ROWS, export.MOST_ROWS)),
        errors=(QueryTooLarge,),
        media_type="application/octet-stream",
    ),
    Endpoint(
        "POST",
        "/import",
        imports.import_spans,
        "Store the spans of a file that was exported; a format that is not named is found out.",
        schema_trace_tools.Imported,
        parameters=(_FORMAT,),
        errors=(TooLarge, WrongMedia, Unsupported),
    ),
)
