"""The flags of the terminal verbs. What a verb needs is imported when it runs: ``traceway --help`` stays fast."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

Verb = Callable[[argparse.Namespace], int]
FORMATS = ("otlp", "jsonl", "csv", "parquet")
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
    _query(add("query", "list the spans that meet a query, or count them in groups", "query"))
    _tail(add("tail", "print what arrives as it arrives", "tail"))
    _replay(add("replay", "play the steps of a trace in their own time", "replay"))
    _monitor(add("monitor", "watch traces, rates and costs on the whole screen", "monitor"))
    _export(add("export", "write traces or spans to a file: OTLP JSON, JSON lines, CSV or Parquet", "export"))
    _import(add("import", "send a file of traces to the collector; ids and times stay", "imports"))


def _later(module: str) -> Verb:
    def run(arguments: argparse.Namespace) -> int:
        from .output import prepare_streams, unwritable

        prepare_streams()
        try:
            code: int = import_module(f".{module}", __package__).run(arguments)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            # Other files, and the server, are told of where they are used.
            raise unwritable(error) from None
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
    _add_times(parser)


def _add_times(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", help="only what started since then: an age (15m, 12h, 7d) or an RFC 3339 time")
    parser.add_argument("--until", help="only what started until then")


def _traces(parser: argparse.ArgumentParser) -> None:
    _add_filter(parser)
    parser.add_argument("--limit", type=_whole_number(1), default=20, metavar="N", help="rows [default: %(default)s]")


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help='a trace, by its id or how it begins, or "last"')
    parser.add_argument("--span", metavar="ID", help="print this span: messages, arguments, attributes, files")
    parser.add_argument("--full", action="store_true", help="do not cut long texts and long lists")


def _query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("q", nargs="?", default="", metavar="QUERY", help=_QUERY_HELP)
    _add_times(parser)
    parser.add_argument(
        "--metric", action="append", default=[], metavar="NAME", help="count this instead of listing; several are fine"
    )
    parser.add_argument(
        "--by", action="append", default=[], metavar="NAME", help="in groups of this: model, kind, hour, attr.NAME …"
    )
    parser.add_argument("--bucket", metavar="LENGTH", help='how long a group by "time" is: 5m, 1h, 1d …')
    parser.add_argument("--top", type=_whole_number(1), metavar="N", help="so many groups, and the rest as one")
    parser.add_argument("--previous", action="store_true", help="show the period before --since beside it")
    parser.add_argument("--about", action="store_true", help="say what can be counted, and by what")
    parser.add_argument("--limit", type=_whole_number(1), default=50, metavar="N", help="rows [default: %(default)s]")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", help='one trace: its id or how it begins, or "last"; all that match without')
    _add_filter(parser)
    parser.add_argument("--of", choices=("traces", "spans"), help="whole traces, or the spans that match alone")
    parser.add_argument("--limit", type=_whole_number(1), metavar="N", help="so many at most")
    parser.add_argument("--format", choices=FORMATS, help="by the ending of FILE unless told otherwise, else jsonl")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="where to [default: standard output]")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="what export wrote, or any OTLP JSON; - is standard input")
    parser.add_argument("--format", choices=FORMATS, help="by the ending of FILE unless told otherwise")


def _tail(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-q", default="", metavar="QUERY", help=_QUERY_HELP)
    parser.add_argument("--since", metavar="ID", help="begin after this event; 0 for all that are kept")
    parser.add_argument("-n", "--limit", type=_whole_number(1), metavar="N", help="end after so many events")


def _replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help='a trace, by its id or how it begins, or "last"')
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="N", help="so many times as fast [default: 1]")
    parser.add_argument("--most-wait", type=_speed, default=10.0, metavar="S", help="seconds to wait at most [10]")
    parser.add_argument("--full", action="store_true", help="do not cut long texts")


def _monitor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-q", default="", metavar="QUERY", help=_QUERY_HELP)


def _speed(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is given; expected a number above 0, such as 2 or 0.5")
    return found
