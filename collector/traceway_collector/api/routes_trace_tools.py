"""The operations on whole traces: the tree, the comparison, export and import."""

from __future__ import annotations

from ..errors import NotFound
from ..query import parameters as query
from . import compare, schema_trace_tools, tree
from .endpoint import Endpoint

_TRACE_ID = (query.hex_id("trace_id", "path_trace_id", 32, "The trace."),)
_COMPARED = (
    query.hex_id("a", "a", 32, "The one trace.", required=True),
    query.hex_id("b", "b", 32, "The other trace.", required=True),
)

TRACE_TOOLS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/traces/{trace_id}/tree",
        tree.get_trace_tree,
        "One trace as a tree, with its critical path and the sums of every subtree.",
        schema_trace_tools.TraceTree,
        path_parameters=_TRACE_ID,
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
)
