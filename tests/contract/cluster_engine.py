"""A cluster's tables in one engine: ``python -m tests.contract.cluster_engine FOLDER``, in a process of its own.

The engine knows the cluster and its macros, and has a Keeper in memory, but nobody to run ON CLUSTER. So statements are
run without those words: Replicated and Distributed tables, views and dictionary are made as on a node of the cluster,
and what is asked on standard input (queries, NUL between them) is read over them. Prints the tables, and "done".
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path

import chdb
from chdb.state.sqlitelike import Connection

from traceway_collector.store.clickhouse.schema import statements
from traceway_collector.store.clickhouse.sqlfiles import Layout

CLUSTER = "my-cluster"
_CONFIG = """<clickhouse>
  <tcp_port>9000</tcp_port>
  <zookeeper>
    <implementation>testkeeper</implementation><node><host>localhost</host><port>2181</port></node>
  </zookeeper>
  <macros><shard>01</shard><replica>one</replica></macros>
  <remote_servers><{cluster}><shard>
    <internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>9000</port></replica>
  </shard></{cluster}></remote_servers>
</clickhouse>"""


def main(folder: Path) -> None:
    (folder / "config.xml").write_text(_CONFIG.format(cluster=CLUSTER))
    session = chdb.connect(f"{folder / 'engine'}?config-file={folder / 'config.xml'}")
    try:
        _make_and_read(session)
    except Exception:
        traceback.print_exc()
    # Neither closed nor let go of: the engine would wait for its Keeper.
    sys.stdout.flush()
    os._exit(0)


def _make_and_read(session: Connection) -> None:
    session.query("SET distributed_product_mode = 'local'")
    layout = Layout(CLUSTER)
    for statement in statements(layout):
        # Nobody leads the replicas, so nothing can be written or changed; the tables over them can.
        if not statement.startswith("INSERT") and not re.match(r"ALTER TABLE \w+_local\b", statement):
            session.query(statement.replace(f" {layout.placeholders['on_cluster']}", ""))
    found = session.query("SELECT engine, name FROM system.tables WHERE database = 'default' ORDER BY name", "CSV")
    sys.stdout.write(found.bytes().decode())
    for query in sys.stdin.read().split("\0"):
        session.query(query, "Null")
    print("done")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
