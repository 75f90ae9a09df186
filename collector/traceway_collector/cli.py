"""The command line. ``serve`` starts a collector; the other verbs ask a running one (``--url``, ``TRACEWAY_URL``)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import settings
from .errors import TracewayError
from .terminal import clean
from .terminal.verbs import add_verbs as add_terminal_verbs

if TYPE_CHECKING:
    from .terminal.client import Client

Verb = Callable[[argparse.Namespace], int]

INTERRUPTED, PIPE_CLOSED = 130, 141
"""Exit codes of a verb that Ctrl-C ended, or whose reader went away: those a shell gives for the signals."""


def add_verbs(verbs: Any) -> None:
    """Add the collector's verbs to those of the ``traceway`` command (``argparse`` sub-parsers)."""
    serve = verbs.add_parser("serve", help="start the collector", description="Start the collector.")
    settings.add_flags(serve)
    serve.set_defaults(run=_told(_serve))

    reprice = verbs.add_parser("reprice", help="compute the cost of stored spans again with today's prices")
    reprice.add_argument("--since", help="only spans that started since then (RFC 3339, or 7d, 12h …)")
    reprice.add_argument("--until", help="only spans that started until then")
    _add_client_flags(reprice)
    reprice.set_defaults(run=_told(_reprice))

    forget = verbs.add_parser("forget", help="delete all telemetry that arrived before a time")
    forget.add_argument("--before", required=True, help="RFC 3339, or an age such as 30d")
    _add_client_flags(forget)
    forget.set_defaults(run=_told(_forget))

    schema = verbs.add_parser("schema", help="print the SQL that makes a ClickHouse database ready")
    schema.add_argument(
        "--cluster", default="", metavar="NAME", help="for a cluster that the servers know by this name"
    )
    schema.add_argument("--user", default="default", help="the ClickHouse user that loads the prices")
    schema.add_argument("--password", default="", help="the password of that user")
    schema.set_defaults(run=_told(_schema))

    add_terminal_verbs(verbs, _told, _add_client_flags)


def _told(verb: Verb) -> Verb:
    """``verb``, with errors told in a sentence and by the exit code (``errors.py``)."""

    def run(arguments: argparse.Namespace) -> int:
        try:
            code = verb(arguments)
            sys.stdout.flush()
            return code
        except TracewayError as error:
            print(f"traceway: {clean.lines(error.message)}", file=sys.stderr)
            return error.exit_code
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            # Whoever read our output is gone; what is still in the buffer must not be tried again on the way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return PIPE_CLOSED
        except ModuleNotFoundError as error:
            print(
                f"traceway: {error.name} is missing; install the server with: pip install 'traceway[collector]'",
                file=sys.stderr,
            )
            return 1

    return run


def _add_client_flags(parser: argparse.ArgumentParser) -> None:
    url = os.environ.get("TRACEWAY_URL", "http://127.0.0.1:3000")
    parser.add_argument("--url", default=url, help="the running collector [TRACEWAY_URL; default: %(default)s]")
    parser.add_argument("--api-key", default=os.environ.get("TRACEWAY_API_KEY", ""), help="its key [TRACEWAY_API_KEY]")


def _serve(arguments: argparse.Namespace) -> int:
    from . import app

    flags = {name: value for name, value in vars(arguments).items() if name != "run"}
    app.run(settings.load(flags))
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    from .store.clickhouse.schema import statements
    from .store.clickhouse.sqlfiles import Layout

    for statement in statements(Layout(arguments.cluster), arguments.user, arguments.password):
        print(f"{statement};\n")
    return 0


def _reprice(arguments: argparse.Namespace) -> int:
    changed = _client(arguments).ask("POST", "/reprice", {"since": arguments.since, "until": arguments.until})[
        "changed"
    ]
    print(f"{changed} spans have another cost now")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    deleted = _client(arguments).ask("DELETE", "/telemetry", {"before": arguments.before})["deleted"]
    print(f"{deleted} spans, log records and data points deleted")
    return 0


def _client(arguments: argparse.Namespace) -> Client:
    from .terminal.client import Client

    return Client(arguments.url, arguments.api_key)
