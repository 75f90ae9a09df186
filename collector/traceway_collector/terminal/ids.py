"""From what somebody types to the id of a trace: all of it, how it begins, or ``last``."""

from __future__ import annotations

import re

from ..errors import BadInput, NotFound
from .client import Client

_SHOWN = 8


def find_trace(client: Client, text: str) -> tuple[str, str | None]:
    """The trace's id, and a span's if ``text`` begins one of a span. Raises ``BadInput`` and ``NotFound``."""
    if text == "last":
        newest = client.get("/traces", {"limit": 1})["items"]
        if not newest:
            raise NotFound("there are no traces yet")
        return newest[0]["id"], None
    asked = text.lower()
    if re.fullmatch("[0-9a-f]{32}", asked):
        return asked, None
    if not re.fullmatch("[0-9a-f]{4,31}", asked):
        raise BadInput(f'id is {text!r}; expected the id of a trace, its first 4 digits or more, or "last"', field="id")
    found = client.get(f"/ids/{asked}")
    traces, spans = found["traces"], found["spans"]
    if len(traces) == 1:
        return traces[0], None
    if traces:
        raise BadInput(
            f"several traces begin with {text!r}: {_listed(traces, found['more'])}; give more digits", field="id"
        )
    if len(spans) == 1:
        return spans[0]["trace_id"], spans[0]["id"]
    if spans:
        ids = [each["id"] for each in spans]
        raise BadInput(
            f"several spans begin with {text!r}: {_listed(ids, found['more'])}; give more digits", field="id"
        )
    raise NotFound(f"no trace and no span begins with {text!r}")


def find_span(ids: list[str], text: str) -> str:
    """The one id that begins with ``text``."""
    found = [each for each in ids if each.startswith(text.lower())] if text else []
    if not found:
        raise NotFound(f"no span of this trace begins with {text!r}")
    if len(found) > 1:
        raise BadInput(f"several spans begin with {text!r}: {_listed(found, False)}; give more digits", field="span")
    return found[0]


def _listed(ids: list[str], more: bool) -> str:
    return ", ".join(ids[:_SHOWN]) + (", …" if more or len(ids) > _SHOWN else "")
