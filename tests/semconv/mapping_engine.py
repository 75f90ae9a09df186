"""The compiled vocabulary, run by a real engine in a process of its own (an engine takes one path per process)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import clickhouse_connect

from traceway_semconv import sql
from traceway_semconv.spanview import SpanView

SOURCE = {
    "attr_keys": "Array(String)",
    "attr_types": "Array(UInt8)",
    "attr_values": "Array(String)",
    "span_name": "String",
    "span_kind": "Int32",
    "status_code": "Int32",
    "status_message": "String",
    "scope_name": "String",
    "start_ns": "UInt64",
    "end_ns": "UInt64",
    "event_names": "Array(String)",
    "event_times": "Array(UInt64)",
    "event_keys": "Array(Array(String))",
    "event_values": "Array(Array(String))",
}


def mapped(source: str) -> str:
    """The SELECT of all facts of the spans in ``source``."""
    for layer in sql.layers():
        source = f"(SELECT *, {', '.join(f'{c.expression} AS {c.name}' for c in layer)} FROM {source})"
    return f"SELECT {', '.join(f'{c.expression} AS {c.name}' for c in sql.facts())} FROM {source}"


class MappingEngine:
    """Asks the engine for the facts of spans. Close it after use."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-W", "error", __file__, str(path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def facts(self, spans: Sequence[SpanView]) -> list[dict[str, object]]:
        """The facts of each span by name; text as str, bytes that are no UTF-8 as surrogates."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([_to_json(span) for span in spans]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, "the engine's process ended"
        rows: list[dict[str, object]] = json.loads(line)
        return rows

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _to_json(span: SpanView) -> list[object]:
    return [_plain(getattr(span, name)) for name in SOURCE]


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def _to_bytes(value: object) -> object:
    if isinstance(value, str):
        return value.encode("latin-1")
    return [_to_bytes(item) for item in value] if isinstance(value, list) else value


def _fact(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, float):
        assert math.isfinite(value)
    return [_fact(item) for item in value] if isinstance(value, (tuple, list)) else value


def serve(path: str) -> None:
    """Answer one line of spans with one line of facts until the input ends."""
    client = clickhouse_connect.get_client(interface="chdb", path=path)
    client.command(f"CREATE TABLE spans ({', '.join(f'{n} {t}' for n, t in SOURCE.items())}) ENGINE = Memory")
    columns = ", ".join(f"{c.name} {c.type}" for c in sql.facts())
    client.command(f"CREATE TABLE facts (n UInt64, {columns}) ENGINE = Memory")
    for line in sys.stdin:
        client.command("TRUNCATE TABLE spans")
        client.command("TRUNCATE TABLE facts")
        client.insert("spans", [[_to_bytes(value) for value in span] for span in json.loads(line)], list(SOURCE))
        client.command(f"INSERT INTO facts SELECT rowNumberInAllBlocks() AS n, * FROM ({mapped('spans')})")
        names = [c.name for c in sql.facts()]
        strings = {"String": "bytes"}
        result = client.query(f"SELECT {', '.join(names)} FROM facts ORDER BY n", query_formats=strings)
        rows = [dict(zip(names, map(_fact, row), strict=True)) for row in result.result_rows]
        sys.stdout.write(json.dumps(rows) + "\n")
        sys.stdout.flush()
    client.close()


if __name__ == "__main__":
    serve(sys.argv[1])
