"""The ``traceway`` command. Its verbs come from the parts that are installed (entry points ``traceway_verbs``): this
package's own work with the base install, those of the collector say what to install if it is not there."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import entry_points, version

_GROUP = "traceway_verbs"


def main(argv: list[str] | None = None) -> int:
    """Run one verb. Returns the exit code: 0, or that of the verb."""
    arguments = _parser().parse_args(argv)
    code: int = arguments.run(arguments)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="traceway", description="See what your LLM application did.")
    parser.add_argument("--version", action="version", version=f"traceway {version('traceway')}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for part in sorted(entry_points(group=_GROUP), key=lambda part: part.name):
        part.load()(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
