"""``traceway import``: a file of traces sent to the collector; ids and times stay."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, Any

from ..errors import BadInput
from . import clean, output
from .client import Client
from .export import BY_ENDING

_TIMEOUT_S = 600.0
REJECTED = 1
"""The exit code when something of the file was not taken."""


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    answer = _send(client, arguments)
    if arguments.json:
        output.print_json(answer)
    else:
        known = f", {answer['duplicates']:,} of them known already" if answer["duplicates"] else ""
        print(f"{answer['accepted']:,} spans accepted{known}, {answer['rejected']:,} rejected")
        for error in answer["errors"]:
            place = next((f"{name} {error[name]}: " for name in ("line", "row") if error.get(name) is not None), "")
            print(f"  {place}{clean.line(error['message'])}", file=sys.stderr)
    return REJECTED if answer["rejected"] or answer["errors"] else 0


def _send(client: Client, arguments: argparse.Namespace) -> Any:
    if arguments.file == "-":
        return _post(client, arguments.format, sys.stdin.buffer)
    path = Path(arguments.file)
    try:
        with path.open("rb") as file:
            return _post(client, arguments.format or BY_ENDING.get(path.suffix.lower()), file)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", field="file") from None


def _post(client: Client, form: str | None, file: IO[bytes]) -> Any:
    """Send a file as it is read: it may be a pipe, whose length nobody knows."""
    headers = {"Content-Type": "application/octet-stream"}
    with client.open("POST", "/import", {"format": form}, file, headers, timeout_s=_TIMEOUT_S) as response:
        return client.read_json(response)
