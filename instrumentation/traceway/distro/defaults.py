"""OpenTelemetry's variables as Traceway wants them. Whatever the user has set stays."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Final

from ..endpoint import captures_content

EXPORTER: Final = "traceway"
EXPORTERS: Final = {
    "trace_exporter_names": "OTEL_TRACES_EXPORTER",
    "metric_exporter_names": "OTEL_METRICS_EXPORTER",
    "log_exporter_names": "OTEL_LOGS_EXPORTER",
}
"""Option of the SDK's configuration: the variable that the user says it with."""

CAPTURE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


def apply(environ: MutableMapping[str, str] | None = None) -> None:
    """Set what is unset; as OpenTelemetry's specification has it, a variable that is empty is unset."""
    environ = os.environ if environ is None else environ
    defaults = {
        "OTEL_BSP_SCHEDULE_DELAY": "1000",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK": "traceway",
        CAPTURE: "SPAN_ONLY" if captures_content(environ) else "NO_CONTENT",
    }
    for name, value in defaults.items():
        if not environ.get(name, "").strip():
            environ[name] = value


def exporters(environ: MutableMapping[str, str] | None = None) -> dict[str, list[str]]:
    """The exporters of signals for which the user has named none. Not by their variables, which programs of other
    languages would inherit."""
    environ = os.environ if environ is None else environ
    return {option: [EXPORTER] for option, variable in EXPORTERS.items() if not environ.get(variable, "").strip()}
