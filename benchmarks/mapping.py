"""What the vocabulary costs the engine: ``python -m benchmarks.mapping``.

Prints microseconds a span for all facts (the query over a block in memory, less reading its columns) and milliseconds
an insert for analysing the mapping (a one-row insert through a view with the facts, less one through a view without),
in CPU time, on one thread. With ``--each`` also every fact for itself, over spans whose helper columns are given.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable, Iterator

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from traceway_semconv import sql
from traceway_semconv.spanview import SpanView, view_of

from .spans import Maker

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
HELPERS = {"_code": "Array(UInt32)", "_signal": "UInt32", "_exception": "Int64", "_slot": "Array(UInt32)"}
SPANS = 65_536
_ONE_THREAD = {"max_threads": 1, "max_block_size": 8192}


def with_helpers(source: str) -> str:
    """``source`` with all helper columns, in one SELECT as the store has it."""
    helpers = [column for layer in sql.layers() for column in layer]
    return f"(SELECT *, {', '.join(f'{c.expression} AS {c.name}' for c in helpers)} FROM {source})"


def spans() -> Iterator[SpanView]:
    """Realistic spans."""
    maker = Maker(seed=1)
    for _ in range(4):
        request = ExportTraceServiceRequest.FromString(bytes(maker.template(512).requests[0]))
        for resource_spans in request.resource_spans:
            for scope_spans in resource_spans.scope_spans:
                for span in scope_spans.spans:
                    yield view_of(span, scope_spans.scope.name)


def cpu_s() -> float:
    """CPU seconds of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def least(action: Callable[[], object], times: int) -> float:
    """CPU seconds of the cheapest of ``times`` runs."""
    costs = []
    for _ in range(times):
        start = cpu_s()
        action()
        costs.append(cpu_s() - start)
    return min(costs)


class Bench:
    """An engine with a block of realistic spans."""

    def __init__(self, client: Client) -> None:
        self.client = client
        columns = ", ".join(f"{name} {type_}" for name, type_ in SOURCE.items())
        client.command(f"CREATE TABLE some ({columns}) ENGINE = Memory")
        rows = [[getattr(span, name) for name in SOURCE] for span in spans()]
        client.insert("some", rows, column_names=list(SOURCE))
        client.command(f"CREATE TABLE spans ({columns}) ENGINE = Memory")
        client.command(f"CREATE TABLE inbox ({columns}) ENGINE = Null")
        helpers = ", ".join(f"{name} {type_}" for name, type_ in HELPERS.items())
        client.command(f"CREATE TABLE helped ({columns}, {helpers}) ENGINE = Memory")
        client.command(f"CREATE TABLE helped_inbox ({columns}, {helpers}) ENGINE = Null")
        for _ in range(SPANS // len(rows)):
            client.command("INSERT INTO spans SELECT * FROM some")
        client.command(f"INSERT INTO helped SELECT * FROM {with_helpers('spans')}")

    def us_a_span(self, columns: list[sql.Column], source: str) -> float:
        """Microseconds a span of selecting ``columns`` from ``source``, reading included."""
        chosen = ", ".join(f"{c.expression}::{c.type} AS {c.name}" if c.type else c.expression for c in columns)
        query = f"SELECT {chosen} FROM {source} FORMAT Null"
        return least(lambda: self.client.command(query, settings=_ONE_THREAD), 5) / SPANS * 1e6

    def ms_an_insert(self, columns: list[sql.Column], source: str, inbox: str) -> float:
        """Milliseconds of a one-row insert through a view that selects ``columns`` from ``source``."""
        self.client.command("DROP VIEW IF EXISTS mapped")
        self.client.command("DROP TABLE IF EXISTS target")
        types = ", ".join(f"{c.name} {c.type or 'String'}" for c in columns)
        chosen = ", ".join(f"{c.expression} AS {c.name}" for c in columns)
        self.client.command(f"CREATE TABLE target ({types}) ENGINE = Null")
        self.client.command(f"CREATE MATERIALIZED VIEW mapped TO target AS SELECT {chosen} FROM {source}")
        insert = f"INSERT INTO {inbox} (span_name) VALUES ('x')"
        cost = least(lambda: self.client.command(insert), 30)
        self.client.command("DROP VIEW mapped")
        return cost * 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="measure every fact for itself too")
    each = parser.parse_args().each
    with tempfile.TemporaryDirectory() as path, clickhouse_connect.get_client(interface="chdb", path=path) as client:
        bench = Bench(client)
        facts = list(sql.facts())
        nothing = [sql.Column("span_name", "span_name", "String")]
        reading = bench.us_a_span([sql.Column("read", f"ignore({', '.join(SOURCE)})")], "spans")
        bare = bench.ms_an_insert(nothing, "inbox", "inbox")
        helped = [sql.Column(name, name, type_) for name, type_ in HELPERS.items()]
        print(f"{'':28}{'us/span':>10}{'ms/insert':>11}")
        for name, columns in (("helpers", helped), ("helpers and facts", facts)):
            us = bench.us_a_span(columns, with_helpers("spans")) - reading
            ms = bench.ms_an_insert(columns, with_helpers("inbox"), "inbox") - bare
            print(f"{name:28}{us:10.2f}{ms:11.2f}")
        if each:
            read = bench.us_a_span([sql.Column("read", f"ignore({', '.join(SOURCE)})")], "helped")
            bare = bench.ms_an_insert(nothing, "helped_inbox", "helped_inbox")
            for fact in facts:
                us = bench.us_a_span([fact], "helped") - read
                ms = bench.ms_an_insert([*nothing, fact], "helped_inbox", "helped_inbox") - bare
                print(f"  {fact.name:26}{us:10.2f}{ms:11.2f}")


if __name__ == "__main__":
    main()
