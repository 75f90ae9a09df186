"""Which exporter takes the contents of files: the one for logs that the environment names, else Traceway's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from opentelemetry.environment_variables import OTEL_LOGS_EXPORTER
from opentelemetry.sdk.environment_variables import (
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL,
    OTEL_EXPORTER_OTLP_PROTOCOL,
    OTEL_SDK_DISABLED,
)

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter

_GROUP = "opentelemetry_logs_exporter"
_DEFAULT = "traceway"
_NOWHERE: Final = frozenset({"none", "console"})
"""A terminal is no place for files."""
_OTLP: Final = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}


def content_exporter(environ: Mapping[str, str] | None = None) -> Callable[[], LogRecordExporter] | None:
    """What makes the exporter, which is not cheap; None if contents are not to be sent.

    Of several that are named the first that sends counts. What it makes raises ``LookupError`` if there is none of this
    name, and whatever the exporter raises.
    """
    environ = os.environ if environ is None else environ
    if environ.get(OTEL_SDK_DISABLED, "").strip().lower() == "true":
        return None
    chosen = environ.get(OTEL_LOGS_EXPORTER, "").strip() or _DEFAULT
    names = [name for part in chosen.split(",") if (name := part.strip()) not in _NOWHERE and name]
    if not names:
        return None
    protocol = environ.get(OTEL_EXPORTER_OTLP_LOGS_PROTOCOL) or environ.get(OTEL_EXPORTER_OTLP_PROTOCOL)
    name = names[0] if names[0] != "otlp" else _OTLP.get((protocol or "http/protobuf").strip(), "otlp_proto_http")
    return lambda: _load(name)


def _load(name: str) -> LogRecordExporter:
    if name == _DEFAULT:
        from ..export import TracewayLogExporter

        return cast("LogRecordExporter", TracewayLogExporter())
    from importlib.metadata import entry_points

    for entry_point in entry_points(group=_GROUP, name=name):
        return cast("LogRecordExporter", entry_point.load()())
    raise LookupError(f"no exporter for logs called {name!r} is installed")
