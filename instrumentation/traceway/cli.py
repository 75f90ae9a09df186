"""The ``traceway`` command. Its verbs come from the parts that are installed (entry points ``traceway_verbs``): this
package's own work with the base install, those of the collector say what to install if it is not there."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_GROUP = "traceway_verbs"


def main(argv: list[str] | None = None) -> int:
    """Run one verb. Returns the exit code: 0, that of the verb, or 2 if there is none, after the list of them."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["run"] and words[1:2] not in (["-h"], ["--help"]):
        # Before every start of a program: what the other verbs need takes longer to import than all of this.
        from .run import run

        return run(words[1:])
    parser = _parser()
    if not words:
        parser.print_help(sys.stderr)
        return 2
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments)
    return code


def _parser() -> argparse.ArgumentParser:
    import argparse
    from importlib.metadata import entry_points, version

    parser = argparse.ArgumentParser(prog="traceway", description="See what your LLM application did.")
    parser.add_argument("--version", action="version", version=f"traceway {version('traceway')}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for part in sorted(entry_points(group=_GROUP), key=lambda part: part.name):
        part.load()(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
