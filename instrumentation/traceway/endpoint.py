"""Where telemetry goes, by OpenTelemetry's variables first and ``TRACEWAY_URL`` second.

Sources: opentelemetry-specification, protocol/exporter.md ("Endpoint URLs for OTLP/HTTP": the variable of a signal is
used as it is, the common one is a base to which ``v1/{signal}`` is added; header lists are W3C Baggage without
properties).
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote, urlsplit

from .settings import env_name, load

Signal = Literal["traces", "logs", "metrics"]
DEFAULT_BASE = "http://localhost:4318"


def url_of(signal: Signal, environ: Mapping[str, str] | None = None) -> str:
    """The OTLP/HTTP address of a signal."""
    environ = os.environ if environ is None else environ
    if own := environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT", "").strip():
        return own
    base = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip() or load(environ)[0].url or DEFAULT_BASE
    return f"{base.rstrip('/')}/v1/{signal}"


def source_of(signal: Signal, environ: Mapping[str, str] | None = None) -> str:
    """The variable that the address of a signal is from, or "the default"."""
    environ = os.environ if environ is None else environ
    variables = (f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", env_name("url"))
    return next((name for name in variables if environ.get(name, "").strip()), "the default")


def headers_of(signal: Signal, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Headers for a signal, with names in lower case; ``TRACEWAY_API_KEY`` unless there is an authorization already."""
    environ = os.environ if environ is None else environ
    text = environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_HEADERS") or environ.get("OTEL_EXPORTER_OTLP_HEADERS", "")
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    headers = {unquote(name).strip().lower(): unquote(value).strip() for name, _, value in pairs}
    api_key = load(environ)[0].api_key
    if api_key:
        headers.setdefault("authorization", f"Bearer {api_key}")
    return headers


def is_loopback(url: str) -> bool:
    """Whether only this machine can be meant. A name other than localhost is taken for another machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def captures_content(environ: Mapping[str, str] | None = None) -> bool:
    """Whether prompts, answers and the contents of files are recorded: as the user said, else if nothing of it leaves
    this machine."""
    chosen = load(environ)[0].capture_content
    if chosen == "auto":
        return is_loopback(url_of("traces", environ)) and is_loopback(url_of("logs", environ))
    return chosen == "on"
