"""The verbs of the base install: ``traceway run`` and ``traceway doctor``."""

from __future__ import annotations

import argparse
from typing import Any


def add_verbs(verbs: Any) -> None:
    """Add them to those of the ``traceway`` command (``argparse`` sub-parsers)."""
    run = verbs.add_parser("run", help="run a program and record what it does", usage="traceway run [--] COMMAND …")
    run.add_argument("command", nargs=argparse.REMAINDER, help="the program and its arguments")
    run.set_defaults(run=_run)

    doctor = verbs.add_parser("doctor", help="say whether a program started here would be recorded, and why not")
    doctor.add_argument("--json", action="store_true", help="print findings as JSON")
    doctor.set_defaults(run=_doctor)


def _run(arguments: argparse.Namespace) -> int:
    from .run import run

    return run(arguments.command)


def _doctor(arguments: argparse.Namespace) -> int:
    from .doctor import doctor

    return doctor(as_json=arguments.json)
