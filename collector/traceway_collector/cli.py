"""The command line. ``serve`` starts a collector; the other verbs ask a running one (``--url``, ``TRACEWAY_URL``)."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from . import settings
from .errors import BadInput, TracewayError, Unavailable

Verb = Callable[[argparse.Namespace], int]


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


def _told(verb: Verb) -> Verb:
    """``verb``, with errors told in a sentence and by the exit code (``errors.py``)."""

    def run(arguments: argparse.Namespace) -> int:
        try:
            return verb(arguments)
        except TracewayError as error:
            print(f"traceway: {error.message}", file=sys.stderr)
            return error.exit_code
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
    changed = _ask(arguments, "POST", "/api/reprice", since=arguments.since, until=arguments.until)["changed"]
    print(f"{changed} spans have another cost now")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    deleted = _ask(arguments, "DELETE", "/api/telemetry", before=arguments.before)["deleted"]
    print(f"{deleted} spans, log records and data points deleted")
    return 0


def _ask(arguments: argparse.Namespace, method: str, path: str, **query: str | None) -> Any:
    given = {name: value for name, value in query.items() if value is not None}
    url = f"{arguments.url.rstrip('/')}{path}?{urllib.parse.urlencode(given)}"
    headers = {"Authorization": f"Bearer {arguments.api_key}"} if arguments.api_key else {}
    try:
        request = urllib.request.Request(url, method=method, headers=headers)
        with urllib.request.urlopen(request) as response:
            content = response.read()
    except urllib.error.HTTPError as error:
        raise _answered(error) from None
    except (ValueError, http.client.InvalidURL):
        raise BadInput(f"url is {arguments.url!r}; expected an address such as http://127.0.0.1:3000") from None
    except (urllib.error.URLError, OSError) as error:
        raise Unavailable(f"no collector answers at {arguments.url}: {getattr(error, 'reason', error)}") from None
    try:
        return json.loads(content)
    except ValueError:
        raise BadInput(f"what answers at {arguments.url} is no Traceway; expected its REST API") from None


def _answered(error: urllib.error.HTTPError) -> TracewayError:
    try:
        message = json.load(error)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = f"{error.code} {error.reason}"
    found = TracewayError(message)
    kinds = {kind.http_status: kind for kind in _kinds(TracewayError)}
    if error.code in kinds:
        found = kinds[error.code](message)
    return found


def _kinds(root: type[TracewayError]) -> list[type[TracewayError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _kinds(child))]
