"""``traceway doctor``: whether a program started here would be recorded, and what stops it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from ..contain import contained
from .delivery import content_capture, delivery, undelivered
from .finding import Finding, Level, error
from .interpreter import interpreter
from .packages import packages
from .variables import variables

__all__ = ["Finding", "doctor", "examine"]

_CHECKS = (variables, interpreter, packages, delivery, content_capture, undelivered)
_WIDTH = max(map(len, Level)) + 2


def doctor(*, as_json: bool) -> int:
    """Print what is found. 0 if a program would be recorded, else 1."""
    findings = list(examine(os.environ))
    is_recorded = not any(finding.level is Level.ERROR for finding in findings)
    if as_json:
        print(json.dumps({"recorded": is_recorded, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            print(f"{finding.level:{_WIDTH}}{finding.sentence}")
            if finding.advice:
                print(f"{'':{_WIDTH}}→ {finding.advice}")
        print("\nA program started here would " + ("be recorded." if is_recorded else "not be recorded."))
    return 0 if is_recorded else 1


def examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """All findings, in the order in which they matter to a program that starts."""
    for check in _CHECKS:
        with contained("the doctor"):
            yield from check(environ)
            continue
        yield error(f"{check.__name__} could not be examined, because of a fault", "report what was logged above")
