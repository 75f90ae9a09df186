"""How one signal reaches its collector: address, headers, time limit, compression and certificates.

Sources: opentelemetry-specification, protocol/exporter.md; the variable of a signal wins over the common one. Timeouts
are in seconds, as in OpenTelemetry's own Python exporters.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ..endpoint import Signal, headers_of, is_loopback, url_of

SIGNALS: tuple[Signal, ...] = ("traces", "logs", "metrics")
DEFAULT_TIMEOUT_S = 10.0

Encoding = Literal["identity", "gzip", "deflate"]
_ENCODINGS: dict[str, Encoding] = {"none": "identity", "gzip": "gzip", "deflate": "deflate"}

_log = logging.getLogger("traceway.export")


@dataclass(frozen=True, slots=True)
class Channel:
    """Where and how the requests of one signal are posted. The certificates are paths of PEM files, or empty."""

    signal: Signal
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    timeout_s: float = DEFAULT_TIMEOUT_S
    encoding: Encoding = "identity"
    certificate: str = ""
    client_key: str = ""
    client_certificate: str = ""

    @property
    def base(self) -> str:
        """The address without ``/v1/{signal}``: what the signals of one collector share. An address of another form
        is a destination of its own."""
        return self.url.removesuffix(f"/v1/{self.signal}")

    def carries(self, signal: Signal) -> Channel:
        """This channel for another signal of the same collector."""
        path = f"/v1/{signal}" if self.base != self.url else ""
        return replace(self, signal=signal, url=self.base + path)


def channel_of(
    signal: Signal, url: str = "", headers: Mapping[str, str] | None = None, environ: Mapping[str, str] | None = None
) -> Channel:
    """The channel that the environment describes. ``url`` (a collector's base address, or the whole address of the
    signal) and ``headers`` replace what it says."""
    environ = os.environ if environ is None else environ

    def variable(name: str) -> str:
        own = environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}", "").strip()
        return own or environ.get(f"OTEL_EXPORTER_OTLP_{name}", "").strip()

    if url and not url.rstrip("/").endswith(f"/v1/{signal}"):
        url = f"{url.rstrip('/')}/v1/{signal}"
    url = url or url_of(signal, environ)
    chosen = headers_of(signal, environ) if headers is None else headers
    return Channel(
        signal=signal,
        url=url,
        headers=tuple((name.lower(), value) for name, value in chosen.items()),
        timeout_s=_seconds(variable("TIMEOUT")),
        encoding=_encoding(variable("COMPRESSION"), url),
        certificate=variable("CERTIFICATE"),
        client_key=variable("CLIENT_KEY"),
        client_certificate=variable("CLIENT_CERTIFICATE"),
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text or DEFAULT_TIMEOUT_S)
    except ValueError:
        seconds = 0.0
    if 0 < seconds < float("inf"):
        return seconds
    _log.warning("OTEL_EXPORTER_OTLP_TIMEOUT is %r; expected seconds; using %g", text, DEFAULT_TIMEOUT_S)
    return DEFAULT_TIMEOUT_S


def _encoding(text: str, url: str) -> Encoding:
    """Compression costs more than a loopback interface does, and less than any network."""
    if text and text.lower() not in _ENCODINGS:
        _log.warning("OTEL_EXPORTER_OTLP_COMPRESSION is %r; expected none, gzip or deflate", text)
        text = ""
    return _ENCODINGS[text.lower()] if text else "identity" if is_loopback(url) else "gzip"
