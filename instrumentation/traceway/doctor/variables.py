"""What the environment asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..distro.defaults import EXPORTER
from ..settings import load
from .finding import Finding, error, ok, warning

_OWN = {"openai": "OpenAI calls", "ollama": "Ollama calls", "traceway_files": "files"}
_LOST = {"LOGS": "the contents of files", "METRICS": "metrics"}


def variables(environ: Mapping[str, str]) -> Iterator[Finding]:
    problems = load(environ)[1]
    for problem in problems:
        yield warning(problem, "correct it, or leave it out")
    if not problems:
        yield ok("the TRACEWAY_ variables have values that can be used")
    if _value(environ, "OTEL_SDK_DISABLED") == "true":
        yield error("OTEL_SDK_DISABLED turns all telemetry off", "unset it")
    if _value(environ, "OTEL_TRACES_SAMPLER") in ("always_off", "parentbased_always_off"):
        yield error("OTEL_TRACES_SAMPLER lets no trace be recorded", "unset it")
    yield from _exporters(environ)
    yield from _disabled(environ)


def _exporters(environ: Mapping[str, str]) -> Iterator[Finding]:
    for signal in ("TRACES", "LOGS", "METRICS"):
        variable = f"OTEL_{signal}_EXPORTER"
        chosen = _value(environ, variable)
        if chosen == "none" and signal == "TRACES":
            yield error(f"{variable} is none: no span is sent", "unset it")
        elif chosen == "none":
            yield warning(f"{variable} is none: {_LOST[signal]} are not sent", "unset it")
        elif chosen and EXPORTER not in chosen.split(","):
            yield warning(
                f"{variable} is {chosen!r}, which keeps nothing while the collector is away",
                f"unset it, and {EXPORTER} is used",
            )


def _disabled(environ: Mapping[str, str]) -> Iterator[Finding]:
    variable = "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS"
    names = {name.strip() for name in environ.get(variable, "").split(",")}
    missing = [what for name, what in _OWN.items() if name in names or "*" in names]
    if missing:
        yield warning(f"{variable} leaves out {', '.join(missing)}", "take their names off the list, to record them")


def _value(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip().lower()
