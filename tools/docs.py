"""Write the reference documents that are made from code, or with ``--check`` say which are out of date."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from traceway_collector.settings import Settings, env_name, shown_default

ROOT = Path(__file__).resolve().parent.parent
_NOTICE = "<!-- Made by `make fmt` from the code; edit the code instead. -->"


def settings() -> str:
    """``docs/settings.md`` from the table of settings."""
    lines = [
        "# Settings of `traceway serve`",
        "",
        _NOTICE,
        "",
        "The defaults run. Every setting is a flag and an environment variable; a flag wins.",
        "",
        "| Flag | Environment | Default | What it does |",
        "|---|---|---|---|",
    ]
    for spec in fields(Settings):
        flag = "--" + spec.name.replace("_", "-")
        shown = f"{flag} {spec.metadata['metavar']}" if spec.metadata["metavar"] else flag
        words = spec.metadata["help"].replace("|", "\\|")
        lines.append(f"| `{shown}` | `{env_name(spec.name)}` | {shown_default(spec.name)} | {words} |")
    return "\n".join(lines) + "\n"


DOCUMENTS = {"docs/settings.md": settings}


def stale() -> list[str]:
    """The documents that differ from what the code would write now."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the documents made from code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a document is out of date")
    if parser.parse_args().check:
        for name in (found := stale()):
            print(f"{name} is out of date; run `make fmt`", file=sys.stderr)
        return 1 if found else 0
    for name, make in DOCUMENTS.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
