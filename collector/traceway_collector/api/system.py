"""What operators and probes ask: health, readiness, the ingest ledger, retention on demand."""

from __future__ import annotations

import time

import anyio
import anyio.to_thread
from starlette.responses import Response

from ..errors import Unavailable
from ..store.events import Deletion
from .endpoint import Call
from .responses import JSON

READY_TIMEOUT_S = 2.0


async def health(call: Call) -> Response:
    """Touches neither store nor threads: it answers as long as the process serves requests at all."""
    services = call.services
    uptime_s = (time.time_ns() - services.started_ns) / 1e9
    return JSON(
        {
            "status": "ok",
            "instance_id": services.instance_id,
            "uptime": round(max(0.0, uptime_s), 3),
            "version": services.version,
        }
    )


async def live(call: Call) -> Response:
    return JSON({"status": "ok"})


async def ready(call: Call) -> Response:
    """200 while the store answers and nothing drains; 503 otherwise. A probe does not queue behind slow reads."""
    if call.services.ingest.draining:
        raise Unavailable("The server is shutting down and takes no new work.", retry_after_s=5)
    with anyio.move_on_after(READY_TIMEOUT_S):
        await anyio.to_thread.run_sync(call.services.store.ping, abandon_on_cancel=True)
        return JSON({"status": "ok"})
    raise Unavailable(f"The store did not answer within {READY_TIMEOUT_S:g} s.")


async def delete_telemetry(call: Call) -> Response:
    """Retention on demand: by the time of arrival, as the standing retention is."""
    before_ns: int = call.values["before_ns"]
    deleted = await call.run(call.services.store.delete_before, before_ns)
    call.services.store.forget_arrivals()
    await call.services.ingest.forgotten(Deletion(deleted, before_ns=before_ns))
    return JSON({"deleted": deleted})


async def reprice(call: Call) -> Response:
    """Stored costs computed again with today's prices; costs that the application reported stay."""
    store = call.services.store
    since_ns, until_ns = call.values.get("since_ns"), call.values.get("until_ns")
    return JSON({"changed": await call.run(store.reprice, since_ns=since_ns, until_ns=until_ns)})
