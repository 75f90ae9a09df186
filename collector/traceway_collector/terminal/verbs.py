"""The flags of the terminal verbs. What a verb needs is imported when it runs: ``traceway --help`` stays fast."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

Verb = Callable[[argparse.Namespace], int]
_QUERY_HELP = "a query such as 'kind:tool duration:>2s \"refund\"' (docs/query-language.md)"


def add_verbs(verbs: Any, told: Callable[[Verb], Verb], add_client_flags: Callable[[Any], None]) -> None:
    """Add them to ``argparse`` sub-parsers. ``told`` turns the errors of a verb into sentences and exit codes."""

    def add(name: str, about: str, module: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=about, description=f"{about.capitalize()}.")
        parser.set_defaults(run=told(_later(module)))
        parser.add_argument("--json", action="store_true", help="print JSON")
        add_client_flags(parser)
        return parser

    _traces(add("traces", "list traces, newest first", "traces"))
    _show(add("show", "show one trace as a waterfall, or one of its spans", "show"))


def _later(module: str) -> Verb:
    def run(arguments: argparse.Namespace) -> int:
        from .output import prepare_streams

        prepare_streams()
        code: int = import_module(f".{module}", __package__).run(arguments)
        return code

    return run


def _whole_number(lowest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"{text!r} is given; expected a whole number of at least {lowest}")
        return int(text)

    return parse


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-q", default="", metavar="QUERY", help=_QUERY_HELP)
    parser.add_argument("--since", help="only what started since then: an age (15m, 12h, 7d) or an RFC 3339 time")
    parser.add_argument("--until", help="only what started until then")


def _traces(parser: argparse.ArgumentParser) -> None:
    _add_filter(parser)
    parser.add_argument("--limit", type=_whole_number(1), default=20, metavar="N", help="rows [default: %(default)s]")


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help='a trace, by its id or how it begins, or "last"')
    parser.add_argument("--span", metavar="ID", help="print this span: messages, arguments, attributes, files")
    parser.add_argument("--full", action="store_true", help="do not cut long texts and long lists")
