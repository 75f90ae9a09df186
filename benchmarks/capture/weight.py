"""What ``pip install traceway`` brings into an application: distributions and bytes, from what is installed here."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import traceway
import traceway_collector
import traceway_semconv


def base_install() -> dict[str, int]:
    """Bytes on disk of each distribution that Traceway needs without extras, and of Traceway itself."""
    found = {}
    for name in closure("traceway"):
        paths = [path.locate() for path in distribution(name).files or ()]
        found[name] = sum(path.stat().st_size for path in paths if path.exists())
    found["traceway"] = _own_bytes()
    return found


def closure(*roots: str) -> list[str]:
    """These distributions and all they need without extras, as far as this platform has them."""
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            requires = distribution(name).requires or ()
        except PackageNotFoundError:  # for another platform
            continue
        found[name] = None
        waiting += [_name(text) for text in requires if "extra ==" not in text]
    return list(found)


def _name(requirement: str) -> str:
    matched = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", matched.group()).lower() if matched else requirement


def _own_bytes() -> int:
    """Of the three packages: an editable install lists none of its files."""
    folders = [Path(package.__file__).parent for package in (traceway, traceway_collector, traceway_semconv)]
    return sum(
        path.stat().st_size
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
