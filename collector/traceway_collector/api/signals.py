"""Log records and metric points."""

from __future__ import annotations

from dataclasses import fields

from starlette.responses import Response

from ..query import cursor as cursors
from ..query.filters import LogFilter
from .endpoint import Call
from .responses import JSON
from .wire.logs import log
from .wire.metrics import metric_name, metric_point
from .wire.traces import envelope

DEFAULT_LOGS = 100
DEFAULT_POINTS = 100
_LOG_FIELDS = tuple(spec.name for spec in fields(LogFilter))


async def list_logs(call: Call) -> Response:
    where = LogFilter(**{name: call.values[name] for name in _LOG_FIELDS if name in call.values})
    question = cursors.digest("logs", where)
    page, as_of_ns = call.page(question, DEFAULT_LOGS)

    # Reading and writing JSON in one worker thread: bodies can be long.
    def answer() -> Response:
        found = call.services.store.logs(where, page, as_of_ns)
        rows = [log(stored) for stored in found.items]
        return JSON(envelope("logs", rows, call.next_cursor(question, found.next)))

    return await call.run(answer)


async def list_metric_points(call: Call) -> Response:
    name: str = call.values["metric"]
    bounds = {bound: call.values.get(bound) for bound in ("since_ns", "until_ns")}
    question = cursors.digest("metric-points", name, bounds)
    page, as_of_ns = call.page(question, DEFAULT_POINTS)

    def answer() -> Response:
        found = call.services.store.metric_points(name, page, as_of_ns, **bounds)
        rows = [metric_point(stored) for stored in found.items]
        return JSON(envelope("metric_points", rows, call.next_cursor(question, found.next)))

    return await call.run(answer)


async def list_metric_names(call: Call) -> Response:
    found = await call.run(call.services.store.metric_names)
    return JSON(envelope("metric_names", [metric_name(known) for known in found], None))
