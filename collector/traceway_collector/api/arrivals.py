"""Where is my span? What arrives, how fast, how late, from whom, what was turned away; and where to send it."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from ..ingest.ledger import Refusal
from ..store import Store
from ..store.events import ServiceArrivals
from .endpoint import Call
from .responses import JSON
from .wire.values import time_at

LAG_WINDOW_NS = 60 * 10**9
_ANY_ADDRESS = ("0.0.0.0", "::", "[::]")


async def ingest(call: Call) -> Response:
    services = call.services
    ledger = services.ingest.ledger
    status = {**services.ingest.status(), "rates": ledger.rates.per_second()}
    status["recent_refusals"] = [_refusal(refusal) for refusal in ledger.refusals]
    status["retention_days"] = services.settings.retention_days
    as_of_ns, commit_ms = services.ingest.watermark_ns(), ledger.rates.commit_ms()

    def answer() -> Response:
        return JSON({**status, **_of_store(services.store, as_of_ns, commit_ms)})

    return await call.run(answer)


async def connect(call: Call) -> Response:
    """The addresses as bound. One that means every address is given as the one the client came to."""
    services = call.services
    urls = dict(services.urls())
    if services.settings.host in _ANY_ADDRESS and call.request.url.hostname:
        urls = {name: _at_host(url, call.request.url.hostname) for name, url in urls.items()}
    return JSON(
        {
            **{name: urls.get(name) for name in ("otlp_http", "otlp_grpc", "api", "proxy")},
            "proxy_target": services.settings.proxy_target,
            "api_key_needed": bool(services.settings.api_key),
            "version": services.version,
            "tls": services.settings.tls_cert is not None,
        }
    )


def _of_store(store: Store, as_of_ns: int, commit_ms: float) -> dict[str, Any]:
    lag = store.arrival_lag_ms(time.time_ns() - LAG_WINDOW_NS)
    return {
        # From the end of a span to its group, and from there to where it can be read.
        "lag_ms": {"p50": round(lag[0] + commit_ms, 1), "p95": round(lag[1] + commit_ms, 1)} if lag else None,
        "stored": store.stats(),
        "services": [_service(each) for each in store.services(as_of_ns)],
    }


def _service(service: ServiceArrivals) -> dict[str, Any]:
    return {
        "service": service.service or None,
        "last_at": time_at(service.last_ns),
        "spans_last_hour": service.spans_last_hour,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "at": time_at(refusal.at_ns),
        "signal": refusal.signal,
        "reason": refusal.reason,
        "detail": refusal.detail,
        "field": refusal.field or None,
        "peer": refusal.peer,
        "items": refusal.items,
    }


def _at_host(url: str, host: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port}"
