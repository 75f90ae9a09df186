"""The store's SQL, read from its files. Templates are filled with what differs between one node and a cluster; values
never are: they travel as bound parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

_ROOT = files(__package__) / "sql"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where tables live. ``cluster``: the cluster's name; "" keeps everything on one node.

    On a cluster a table is a replicated ``…_local`` with a Distributed table of the plain name over it, and a trace
    stays on one shard. Small tables that every insert needs (prices, versions) are replicated to every node instead.
    """

    cluster: str = ""

    @property
    def placeholders(self) -> dict[str, str]:
        """What the templates are filled with."""
        if not self.cluster:
            return dict.fromkeys(
                ("on_cluster", "cluster", "local", "engine", "replica", "replica_only", "everywhere"), ""
            )
        path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
        return {
            "on_cluster": f"ON CLUSTER `{self.cluster}`",
            "cluster": self.cluster,
            "local": "_local",
            "engine": "Replicated",
            "replica": path + ", ",
            "replica_only": f"({path})",
            "everywhere": "('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')",
        }

    def local(self, table: str) -> str:
        """The table that holds the rows."""
        return f"{table}{self.placeholders['local']}"

    def stored(self, table: str) -> str:
        """What ALTER changes: the table that holds the rows, on every node."""
        return f"{self.local(table)} {self.placeholders['on_cluster']}".rstrip()


@cache
def read(name: str) -> str:
    """The text of one file below ``sql/``, without its comments at the head."""
    text = _ROOT.joinpath(name).read_text("utf-8")
    return re.sub(r"\A(\s*--[^\n]*\n)+", "", text).strip()


def fill(name: str, layout: Layout, **more: str) -> str:
    """A template with its placeholders filled."""
    places = layout.placeholders
    return Template(read(name).replace("ON_CLUSTER", places["on_cluster"])).substitute(places, **more)


@cache
def format_settings(name: str, *, embedded: bool) -> dict[str, str]:
    """The settings that tell the engine's Protobuf format to read the message ``Row`` of a ``.proto`` file.

    The embedded engine takes the path of the file: given the text, it keeps a copy in the working directory, which may
    not be writable. A server cannot see the file and takes the text, without comments and needless space.
    """
    if embedded:
        return {"format_schema": f"{_ROOT.joinpath(name)}:Row"}
    text = re.sub(r"//[^\n]*", "", _ROOT.joinpath(name).read_text("utf-8"))
    schema = re.sub(r"\s+", " ", text).strip()
    return {"format_schema_source": "string", "format_schema": schema, "format_schema_message_name": "Row"}
