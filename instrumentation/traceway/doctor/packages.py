"""What is installed beside Traceway and would observe the same program, or cannot be observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Final

from ..distro.instrumentors import GROUP, OUR_NAMES, OURS
from .finding import Finding, ok, warning

_NAME: Final = "traceway"
_CHOICES: Final = {
    "opentelemetry_distro": ("distro", "OTEL_PYTHON_DISTRO"),
    "opentelemetry_configurator": ("configurator", "OTEL_PYTHON_CONFIGURATOR"),
}


def packages(environ: Mapping[str, str]) -> Iterator[Finding]:
    for group, (what, variable) in _CHOICES.items():
        yield from _choice(group, what, variable, environ.get(variable, "").strip())
    yield from _instrumentors()
    for library in sorted(OUR_NAMES):
        yield from _library(library)


def _choice(group: str, what: str, variable: str, chosen: str) -> Iterator[Finding]:
    """``traceway run`` decides for Traceway; ``opentelemetry-instrument`` takes the first it finds."""
    others = sorted({each.name for each in entry_points(group=group)} - {_NAME})
    if chosen and chosen != _NAME:
        yield warning(
            f"{variable} is {chosen!r}, which `opentelemetry-instrument` starts instead of Traceway",
            f"start programs with `traceway run`, or set {variable}={_NAME}",
        )
    elif others and not chosen:
        yield warning(
            f"there is another {what}, {', '.join(others)}: `opentelemetry-instrument` takes the first it finds",
            f"start programs with `traceway run`, or set {variable}={_NAME}",
        )


def _instrumentors() -> Iterator[Finding]:
    by_name = defaultdict(set)
    for each in entry_points(group=GROUP):
        by_name[each.name].add(each.value)
    for name, values in sorted(by_name.items()):
        if len(values) < 2:
            continue
        theirs = sorted(value.partition(":")[0] for value in values if not value.startswith(OURS))
        if name not in OUR_NAMES:
            yield warning(f"{name} is observed twice, by {' and '.join(theirs)}", "uninstall one of them")
        elif len(theirs) > 1 or "opentelemetry.instrumentation.genai.openai" not in theirs:
            # The official one for OpenAI is a part of ours.
            yield ok(f"{name} is observed by Traceway alone, though {' and '.join(theirs)} would do it, too")


def _library(library: str) -> Iterator[Finding]:
    try:
        installed = version(library)
    except PackageNotFoundError:
        return
    from opentelemetry.instrumentation.dependencies import get_dependency_conflicts

    conflict = get_dependency_conflicts(_requirements(library))
    if conflict is None:
        yield ok(f"{library} {installed} is recorded")
    else:
        yield warning(f"{library} {installed} is not recorded: it has to be {conflict.required}", "install one that is")


def _requirements(library: str) -> tuple[str, ...]:
    (ours,) = {each for each in entry_points(group=GROUP, name=library) if each.value.startswith(OURS)}
    return tuple(ours.load()().instrumentation_dependencies())
