"""What a program is called, and the resource that its telemetry belongs to."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from traceway_semconv import names

from .start import RUN_ID

UNNAMED = "python"
"""A program without a file: ``python -c``, standard input, an interactive session."""
_WITH_VALUE = "WX"
_SPAWNED = "--multiprocessing-fork"


def program_name(orig_argv: Sequence[str] | None = None, argv: Sequence[str] | None = None) -> str:
    """``app.py`` of ``python app.py``, ``pkg.mod`` of ``python -m pkg.mod``, ``gunicorn`` of its command.

    ``orig_argv``, ``argv``: as in ``sys``. Children that multiprocessing spawns are called as the program is.
    """
    orig_argv = sys.orig_argv if orig_argv is None else orig_argv
    argv = sys.argv if argv is None else argv
    if len(orig_argv) < 2 or _SPAWNED in orig_argv:
        return _name_of(argv[0] if argv else "")
    arguments = iter(orig_argv[1:])
    for argument in arguments:
        if argument in ("", "-") or not argument.startswith("-"):
            return _name_of(argument)
        if argument == "--check-hash-based-pycs":
            next(arguments, None)
        elif not argument.startswith("--"):
            for position, option in enumerate(argument[1:], start=2):
                if option == "c":
                    return UNNAMED
                if option == "m":
                    return argument[position:] or next(arguments, UNNAMED)
                if option in _WITH_VALUE:
                    if not argument[position:]:
                        next(arguments, None)
                    break
    return UNNAMED


def service_name(program: str) -> str:
    """The program's name without what says that it is Python."""
    return program.removesuffix(".py").removesuffix(".__main__") or UNNAMED


def resource_attributes(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is known of this process and the user has not said otherwise."""
    from opentelemetry.semconv.resource import ResourceAttributes

    environ = os.environ if environ is None else environ
    given = {pair.partition("=")[0].strip() for pair in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(",")}
    if environ.get("OTEL_SERVICE_NAME", "").strip():
        given.add(names.SERVICE_NAME)
    program = program_name()
    known = {
        names.SERVICE_NAME: service_name(program),
        names.RUN_ID: environ.get(RUN_ID, ""),
        names.PROCESS_EXECUTABLE_NAME: PurePath(sys.executable or UNNAMED).name,
        ResourceAttributes.PROCESS_COMMAND: program,
        ResourceAttributes.PROCESS_RUNTIME_NAME: sys.implementation.name,
        ResourceAttributes.PROCESS_RUNTIME_VERSION: ".".join(map(str, sys.version_info[:3])),
    }
    return {name: value for name, value in known.items() if value and name not in given}


def _name_of(path: str) -> str:
    if path in ("", "-", "-c", "-m"):
        return UNNAMED
    parts = PurePath(path)
    return parts.parent.name or parts.name if parts.name == "__main__.py" else parts.name or UNNAMED
