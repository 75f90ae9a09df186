"""Sessions: the list, and one session with its traces."""

from __future__ import annotations

from starlette.responses import Response

from ..errors import NotFound
from ..query import cursor as cursors
from ..query.language import BadQuery
from .endpoint import Call
from .responses import JSON
from .traces import asked
from .wire.sessions import session
from .wire.traces import envelope, trace

DEFAULT_SESSIONS = 50
DEFAULT_TRACES = 100


async def list_sessions(call: Call) -> Response:
    wanted = asked(call.values, call.now_ns)
    if wanted.sort is not None or wanted.descending is not None:
        raise BadQuery("sessions come last active first; sort and order are for the list of spans", *wanted.sort_at)
    question = cursors.digest("sessions", wanted.where)
    page, as_of_ns = call.page(question, DEFAULT_SESSIONS)
    found = await call.run(call.services.store.sessions, wanted.where, page, as_of_ns)
    rows = [session(summary) for summary in found.items]
    return JSON(envelope("sessions", rows, call.next_cursor(question, found.next)))


async def get_session(call: Call) -> Response:
    session_id: str = call.values["path_session"]
    question = cursors.digest("session", session_id)
    page, as_of_ns = call.page(question, DEFAULT_TRACES)
    store = call.services.store

    def answer() -> Response:
        summary = store.session_summary(session_id)
        if summary is None:
            shown = session_id if len(session_id) <= 100 else session_id[:100] + "…"
            raise NotFound(
                f"There is no session {shown!r}; it may not have arrived yet, or was deleted.", field="session_id"
            )
        found = store.session_traces(session_id, page, as_of_ns)
        rows = [trace(each) for each in found.items]
        next_cursor = call.next_cursor(question, found.next)
        return JSON({"session": session(summary), "traces": rows, "count": len(rows), "next_cursor": next_cursor})

    return await call.run(answer)
