"""Which instrumentors are installed, and when each is loaded: not before the library it observes is imported."""

from __future__ import annotations

import os
import sys

from .importing import when_imported

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Final

    Candidate = tuple[str, str]
    """An entry point: the name that OTEL_PYTHON_DISABLED_INSTRUMENTATIONS goes by, and ``module:Class``."""

GROUP: Final = "opentelemetry_instrumentor"
OURS: Final = "traceway."
_SAY_METRICS: Final = ("OTEL_METRICS_EXPORTER", "OTEL_CONFIG_FILE")
OUR_NAMES: Final = frozenset({"openai", "ollama"})
"""Libraries that we observe; other distributions have instrumentors of these names, too, and one is enough."""

FILES: Final = "traceway_files"
THREADING: Final = "threading"

# The module that makes an instrumentor needed. Only those that patch nothing but what comes with that module.
_WAITS_FOR: Final = {
    "aiohttp-client": "aiohttp", "aiohttp-server": "aiohttp", "anthropic": "anthropic", "asyncpg": "asyncpg",
    "botocore": "botocore", "fastapi": "fastapi", "flask": "flask", "grpc_client": "grpc", "grpc_server": "grpc",
    "grpc_aio_client": "grpc", "grpc_aio_server": "grpc", "httpx": "httpx", "jinja2": "jinja2", "ollama": "ollama",
    "openai": "openai", "psycopg": "psycopg", "psycopg2": "psycopg2", "pymongo": "pymongo", "pymysql": "pymysql",
    "redis": "redis", "requests": "requests", "sqlalchemy": "sqlalchemy", "starlette": "starlette",
    "tornado": "tornado", "urllib3": "urllib3",
}  # fmt: skip


def schedule_all(folders: Iterable[str]) -> None:
    """Schedule what is installed in ``folders`` and the user has not disabled."""
    disabled = {name.strip() for name in os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")}
    if "*" in disabled:
        return
    for name, value in dict.fromkeys(installed(folders)):
        if name not in disabled:
            schedule(name, value)


def schedule(name: str, value: str) -> None:
    """Load the instrumentor ``value``, called ``name``, when it is needed; now, if that cannot be told."""

    def load(_: object = None) -> bool:
        return activate(name, value)

    if name in OUR_NAMES and not value.startswith(OURS):
        _say("%s is left to Traceway's own instrumentor, not %s", name, value)
    elif name == FILES:
        from .files import record_when_used

        record_when_used()
    elif name == THREADING:
        when_imported("opentelemetry.sdk.trace", lambda _: _when_attached(load))
    elif name in _WAITS_FOR:
        when_imported(_WAITS_FOR[name], load)
    else:
        load()


def _when_attached(load: Callable[[], object]) -> None:
    from .around import when_attached

    when_attached(load)


def activate(name: str, value: str) -> bool:
    """Load and start it. Whatever goes wrong concerns this one only, and never the program. False if that was a fault,
    which may pass."""
    from ..contain import contained

    with contained(name):
        from importlib import import_module

        from opentelemetry.instrumentation.dependencies import DependencyConflictError

        from . import defaults

        defaults.apply()
        module, _, attribute = value.partition("[")[0].partition(":")
        try:
            instrumentor = getattr(import_module(module.strip()), attribute.strip())()
            if not instrumentor.is_instrumented_by_opentelemetry:  # by the program itself
                instrumentor.instrument(raise_exception_on_conflict=True, **_options(value))
        except DependencyConflictError as conflict:
            _say("%s is not recorded: %s", name, conflict, is_warning=value.startswith(OURS))
        except ModuleNotFoundError as missing:
            _say("%s is not recorded: %s", name, missing)
        return True
    return False


def _options(value: str) -> dict[str, Any]:
    """Our instrumentors measure nothing but what their spans say, too, unless the user has said where metrics go: a
    histogram of the times between chunks takes longer than all that is done with a chunk."""
    said = [os.environ.get(name, "").strip() for name in _SAY_METRICS]
    if not value.startswith(OURS) or any(each not in ("", "none") for each in said):
        return {}
    from opentelemetry.metrics import NoOpMeterProvider

    return {"meter_provider": NoOpMeterProvider()}


def installed(folders: Iterable[str]) -> Iterator[Candidate]:
    """Instrumentors of the distributions in ``folders``, in their order.

    As ``importlib.metadata`` has it, whose import takes 40 ms where reading the files of a hundred distributions takes
    one. Source: packaging.python.org, "Entry points specification".
    """
    for folder in dict.fromkeys(folders):
        try:
            names = sorted(name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if GROUP.encode() in text:
                yield from parsed(text.decode("utf-8", "replace"))


def parsed(text: str) -> Iterator[Candidate]:
    """The instrumentors of an ``entry_points.txt``."""
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1]
        elif group == GROUP and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _say(message: str, *details: object, is_warning: bool = False) -> None:
    if is_warning or "logging" in sys.modules:  # before it is imported nobody has asked for debug messages
        import logging

        logging.getLogger("traceway").log(logging.WARNING if is_warning else logging.DEBUG, message, *details)
