"""Ids by how they begin: what somebody types or pastes, who was shown eight digits."""

from __future__ import annotations

from starlette.responses import Response

from ..query.parameters import Parameter
from ..query.values import hex_prefix
from .endpoint import Call
from .responses import JSON

_LEAST_DIGITS = 4
_MOST = 20

PREFIX = Parameter(
    "prefix",
    "path_prefix",
    lambda text, now_ns: hex_prefix(text, _LEAST_DIGITS, 32),
    f"{_LEAST_DIGITS} to 32 hexadecimal digits",
    "How an id begins.",
    {"type": "string", "pattern": f"^[0-9a-fA-F]{{{_LEAST_DIGITS},32}}$"},
)


async def find_ids(call: Call) -> Response:
    found = await call.run(call.services.store.ids_beginning, call.values["path_prefix"], _MOST + 1)
    return JSON(
        {
            "traces": found.trace_ids[:_MOST],
            "spans": [{"id": span_id, "trace_id": trace_id} for trace_id, span_id in found.span_ids[:_MOST]],
            "more": max(len(found.trace_ids), len(found.span_ids)) > _MOST,
        }
    )
