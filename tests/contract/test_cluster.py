"""The DDL of a cluster, from the same templates as that of one node."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from traceway import cli
from traceway_collector.errors import BadInput
from traceway_collector.store.clickhouse.engine import Engine
from traceway_collector.store.clickhouse.schema import AGING, SHARDING, statements
from traceway_collector.store.clickhouse.sqlfiles import Layout

from .backends import ROOT, Backend
from .cluster_engine import CLUSTER

DDL = [each for each in statements(Layout(CLUSTER)) if not each.startswith("INSERT")]


def test_every_statement_is_sql_and_for_the_whole_cluster(backend: Backend):
    with backend.engine() as engine:
        for statement in DDL:
            assert f"ON CLUSTER `{CLUSTER}`" in statement
            [[text]] = engine.query("SELECT formatQuery({statement:String})", {"statement": statement})
            assert text.decode().startswith(("CREATE", "ALTER"))


def test_one_node_knows_nothing_of_clusters():
    for statement in statements(Layout()):
        assert not re.search(r"ON CLUSTER|Replicated|Distributed|_local\b|\$[a-z{]", statement), statement


def test_every_table_of_telemetry_is_replicated_and_sharded():
    assert set(SHARDING) > set(AGING)
    for table in SHARDING:
        [local] = [each for each in DDL if each.startswith(f"CREATE TABLE {table}_local ")]
        assert re.search(
            r"ENGINE = Replicated\w*MergeTree\('/clickhouse/tables/\{shard\}/\{database\}/\{table\}', ", local
        )
        [over] = [each for each in DDL if each.startswith(f"CREATE TABLE {table} ")]
        assert f"Distributed('{CLUSTER}', currentDatabase(), '{table}_local', {SHARDING[table]})" in over


def test_a_node_of_a_cluster_can_be_made_and_read(tmp_path: Path):
    queries = [
        "SELECT span_id FROM spans ORDER BY ingested_ns DESC, _part_offset DESC LIMIT 1 BY trace_id, span_id",
        "SELECT count() FROM trace_times WHERE trace_id IN (SELECT trace_id FROM spans WHERE bucket >= 0)",
        "SELECT count() FROM otel_traces",
        "SELECT count() FROM logs",
        "SELECT count() FROM metric_points",
        "SELECT content_id FROM file_contents WHERE content_id GLOBAL NOT IN (SELECT content_id FROM file_chunks)",
        "SELECT dictGet('prices_dictionary', 'source', ('a', 'b', toDate('2026-01-01')), 0)",
    ]
    command = [sys.executable, "-m", "tests.contract.cluster_engine", str(tmp_path)]
    process = subprocess.run(command, cwd=ROOT, input="\0".join(queries), capture_output=True, text=True, timeout=120)
    *made, last = process.stdout.splitlines() or [""]
    assert last == "done", process.stderr
    engines = dict(reversed(line.replace('"', "").split(",")) for line in made)
    for table in SHARDING:
        assert engines[table] == "Distributed"
        assert engines[f"{table}_local"].startswith("Replicated")
    for table in ("prices", "price_keys", "schema_version"):
        assert engines[table].startswith("Replicated")


def test_the_verb_prints_it(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["schema", "--cluster", CLUSTER, "--user", "trace'way", "--password", "$ecret"]) == 0
    printed = capsys.readouterr().out
    assert printed.count(";\n") == len(list(statements(Layout(CLUSTER))))
    assert "USER 'trace\\'way' PASSWORD '$ecret'" in printed


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("clickhouse://u:secret@host/db?cluster=a`b", "cluster=NAME"),
        ("clickhouse://u:secret@host/db?clutser=a", "clutser=a"),
        ("clickhouse://", "clickhouse://user:password@host"),
        ("postgres://u:secret@host/db", "postgres://u:…@host/db"),
    ],
)
def test_a_wrong_url_is_bad_input_that_names_no_password(url: str, said: str, tmp_path: Path):
    with pytest.raises(BadInput) as error:
        Engine(url, tmp_path)
    assert said in error.value.message
    assert "secret" not in error.value.message
    assert error.value.field == "store"
