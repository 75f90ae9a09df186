"""Where telemetry would go, and whether it would arrive."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, build_opener

from ..endpoint import captures_content, headers_of, is_loopback, source_of, url_of
from ..export.spool import shown, spool_status
from ..settings import env_name, load
from .finding import Finding, error, ok, warning

_TIMEOUT_S: Final = 5.0
_GRPC_PORT: Final = ":4317"
_KIB: Final = 1024


def delivery(environ: Mapping[str, str]) -> Iterator[Finding]:
    """An empty request, which a receiver of OTLP acknowledges, takes the way that spans would take."""
    url, source = url_of("traces", environ), source_of("traces", environ)
    address = f"{shown(url)} ({source})"
    if not url.startswith(("http://", "https://")):
        yield error(f"{address} is no HTTP address", f"give one that begins with http:// or https:// in {source}")
        return
    if _speaks_grpc(environ):
        yield warning(
            "OTEL_EXPORTER_OTLP_PROTOCOL asks for gRPC; Traceway's exporter sends by HTTP", "unset it, or use port 4318"
        )
    yield _verdict(address, url, headers_of("traces", environ))


def _verdict(address: str, url: str, headers: Mapping[str, str]) -> Finding:
    request = Request(url, b"", {**headers, "content-type": "application/x-protobuf"}, method="POST")
    try:
        with build_opener().open(request, timeout=_TIMEOUT_S):
            return ok(f"{address} takes telemetry")
    except HTTPError as answer:
        answer.close()
        return _refused(address, answer.code)
    except http.client.HTTPException:
        return error(f"{address} answers, but not in HTTP", _grpc_advice(url))
    except (URLError, OSError, ValueError) as problem:
        reason = getattr(problem, "reason", problem)
        if isinstance(reason, ssl.SSLError):
            return error(
                f"{address} cannot be trusted: {reason}", "name its authority in OTEL_EXPORTER_OTLP_CERTIFICATE"
            )
        if isinstance(reason, ConnectionResetError) and _GRPC_PORT in url:
            return error(f"{address} answers, but not in HTTP", _grpc_advice(url))
        return error(
            f"nothing answers at {address}: {reason}",
            "start the collector with `traceway serve`, or set OTEL_EXPORTER_OTLP_ENDPOINT to where it is",
        )


def _refused(address: str, status: int) -> Finding:
    if status in (401, 403):
        return error(f"{address} refuses the key ({status})", f"set {env_name('api_key')} to a key of this collector")
    if status in (404, 405):
        return error(f"{address} is no receiver of OTLP ({status})", "its address ends in the port for OTLP/HTTP: 4318")
    if status in (429, 502, 503, 504):
        return warning(f"{address} is busy or not ready ({status})", "what is sent meanwhile is kept, and sent again")
    return error(f"{address} refuses telemetry ({status})", "look into the collector's log")


def _grpc_advice(url: str) -> str:
    if _GRPC_PORT in url:
        return f"4317 is for gRPC: use {shown(url).partition('/v1/')[0].replace(_GRPC_PORT, ':4318')}"
    return "use the collector's port for OTLP/HTTP, 4318"


def _speaks_grpc(environ: Mapping[str, str]) -> bool:
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "")
    return protocol.strip().lower() == "grpc"


def content_capture(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Prompts, answers and contents of files: recorded or not, and who said so."""
    variable = env_name("capture_content")
    chosen = load(environ)[0].capture_content
    is_captured = captures_content(environ)
    if chosen == "auto":
        where = "on this machine" if is_captured else "on another machine"
        remote = next((url for signal in ("traces", "logs") if not is_loopback(url := url_of(signal, environ))), "")
        why = f"the collector is {where}" + (f", at {shown(remote)}" if remote else "")
    else:
        why = f"{variable} is {chosen}"
    sentence = f"prompts, answers and contents of files are {'' if is_captured else 'not '}recorded: {why}"
    if is_captured or chosen == "off":
        yield ok(sentence)
    else:
        yield warning(sentence, f"set {variable}=on to send them there")


def undelivered(environ: Mapping[str, str]) -> Iterator[Finding]:
    """What waits from earlier runs. It is sent by the next program that reaches its collector."""
    waiting = [status for status in spool_status() if status.waiting_bytes]
    if not waiting:
        yield ok("nothing waits to be delivered")
    for status in waiting:
        yield warning(
            f"{status.waiting_bytes / _KIB:.0f} KiB wait for {status.destination} in {status.folder},"
            f" the oldest for {_duration(status.oldest_age_s)}",
            "they are delivered by the next program that is recorded while the collector answers",
        )


def _duration(seconds: float) -> str:
    for unit, unit_s in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {unit}"
    return f"{seconds:.0f} seconds"
