"""``traceway export``: traces or spans as a file that other programs read, streamed as it comes."""

from __future__ import annotations

import argparse
import os
import sys
from http.client import HTTPResponse
from pathlib import Path
from typing import IO

from ..errors import BadInput
from . import figures, output
from .client import Client
from .ids import find_trace

BY_ENDING = {".json": "otlp", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_PIECE = 1 << 16
_TIMEOUT_S = 600.0


def run(arguments: argparse.Namespace) -> int:
    client = Client(arguments.url, arguments.api_key)
    to_stdout = arguments.output == "-"
    if arguments.json and to_stdout:
        raise BadInput("--json says what was written to a file; expected -o FILE with it", field="json")
    form = arguments.format or BY_ENDING.get(Path(arguments.output).suffix.lower(), "jsonl")
    if form == "parquet" and to_stdout and sys.stdout.isatty():
        raise BadInput("parquet is binary; expected -o FILE, or a pipe", field="output")
    path, query = _asked(client, arguments)
    with client.open("GET", path, {**query, "format": form}, timeout_s=_TIMEOUT_S) as response:
        if not response.headers.get("Content-Disposition", "").startswith("attachment"):
            raise client.stranger()
        if to_stdout:
            written = _copy(client, response, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            written = _to_file(client, response, Path(arguments.output))
    if arguments.json:
        output.print_json({"path": arguments.output, "format": form, "bytes": written})
    elif not to_stdout:
        print(f"{figures.size(written)} of {form} written to {arguments.output}")
    return 0


def _asked(client: Client, arguments: argparse.Namespace) -> tuple[str, dict[str, str | int | None]]:
    filters = {"q": arguments.q, "since": arguments.since, "until": arguments.until, "of": arguments.of}
    if arguments.id is None:
        return "/export", {**filters, "limit": arguments.limit}
    given = [name for name, value in {**filters, "limit": arguments.limit}.items() if value]
    if given:
        raise BadInput(f"{given[0]} is given with the id of a trace; expected one of them", field=given[0])
    trace_id, _ = find_trace(client, arguments.id)
    return f"/traces/{trace_id}/export", {}


def _to_file(client: Client, response: HTTPResponse, path: Path) -> int:
    """A reader sees the whole file or none; a file that was there stays until then. A device or a named pipe is
    written to as it is."""
    draft = path.parent / f"{path.name}.part"
    try:
        if path.is_char_device() or path.is_fifo():
            with path.open("wb") as file:
                return _copy(client, response, file)
        with draft.open("wb") as file:
            written = _copy(client, response, file)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {error.strerror}", field="output") from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return written


def _copy(client: Client, response: HTTPResponse, file: IO[bytes]) -> int:
    written = 0
    for piece in client.pieces(response, _PIECE):
        file.write(piece)
        written += len(piece)
    return written
