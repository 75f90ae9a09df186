"""Tables, their migrations, and the views that fill and show them.

Tables hold data and change only by a numbered migration. Everything else (inbox tables, which keep nothing, the views
that read them and the views for Grafana and HyperDX) is made anew whenever its text has changed: its comment holds the
digest of the text it was made from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from traceway_semconv import sql as vocabulary

from ...errors import Unsupported
from . import pricing
from .engine import Engine
from .sqlfiles import Layout, fill, read

VERSION = 1

# Migration n brings a database from version n-1 to n. A released migration never changes.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        "tables/spans.sql",
        "tables/trace_times.sql",
        "tables/span_buckets.sql",
        "prices_table.sql",
        "tables/price_keys.sql",
    ),
}

# The tables whose rows age and are forgotten together, by the time they were ingested.
AGING = ("spans", "trace_times", "span_buckets")


@dataclass(frozen=True, slots=True)
class Made:
    """An object without data: dropped and made again when ``sql`` changed. ``kind`` is its DROP keyword."""

    name: str
    kind: str
    sql: str

    @property
    def digest(self) -> str:
        """Names the text it was made from."""
        return hashlib.sha256(self.sql.encode()).hexdigest()[:16]


def made_objects(layout: Layout) -> tuple[Made, ...]:
    """Every object without data, in an order in which they can be made (and, reversed, dropped)."""
    return (
        Made(
            "prices_dictionary",
            "DICTIONARY",
            fill("prices_dictionary.sql", layout, user="'default'", password="''"),
        ),
        Made("otlp_spans", "TABLE", fill("inbox/otlp_spans.sql", layout)),
        Made("spans_in", "VIEW", spans_in(layout)),
        Made("otlp_spans_probe", "TABLE", fill("inbox/price_probe.sql", layout)),
        Made("price_keys_in", "VIEW", price_keys_in(layout)),
        Made("trace_times_in", "VIEW", fill("inbox/trace_times_in.sql", layout)),
        Made("span_buckets_in", "VIEW", fill("inbox/span_buckets_in.sql", layout)),
    )


def spans_in(layout: Layout) -> str:
    """The view that turns requests into spans: flat rows, the vocabulary's layers, the cost, and the facts on top."""
    facts = [column.name for column in vocabulary.facts() if column.name != "reported_cost_usd"]
    facts += ["cost_usd", "price_source"]
    return fill("inbox/spans_in.sql", layout, facts=",\n    ".join(facts), mapped=pricing.costed(_mapped("otlp_spans")))


def price_keys_in(layout: Layout) -> str:
    """The view that notes which prices a group of requests lacks."""
    priced = pricing.priced(_mapped("otlp_spans_probe"))
    return fill("inbox/price_keys_in.sql", layout, priced=priced, spending=pricing.SPENDING)


def _mapped(inbox: str) -> str:
    source = f"({read('inbox/spans_flat.sql').replace('otlp_spans', inbox)})"
    for layer in (*vocabulary.layers(), vocabulary.facts()):
        columns = ",\n".join(f"    {column.expression} AS {column.name}" for column in layer)
        source = f"(SELECT *,\n{columns}\nFROM {source})"
    return source


def prepare(engine: Engine, layout: Layout) -> None:
    """Bring the database to this version, or refuse before anything is touched.

    Raises ``Unsupported`` if the database was written by a newer version.
    """
    found = _version(engine)
    if found > VERSION:
        raise Unsupported(
            f"the database is of schema version {found}, this program knows up to {VERSION}: run a newer Traceway, "
            "or point --data-dir or --store elsewhere",
            field="store",
        )
    engine.command(fill("tables/schema_version.sql", layout))
    for version in range(found + 1, VERSION + 1):
        for name in MIGRATIONS[version]:
            engine.command(fill(name, layout))
        engine.command(f"INSERT INTO schema_version (version) VALUES ({version:d})")
    _remake(engine, layout)


def _version(engine: Engine) -> int:
    known = engine.query(read("queries/table_exists.sql"), {"table": "schema_version"})
    if not known:
        return 0
    return int(engine.query(read("queries/schema_version.sql"))[0][0])


def _remake(engine: Engine, layout: Layout) -> None:
    objects = made_objects(layout)
    comments = {name.decode(): comment.decode() for name, comment in engine.query(read("queries/object_comments.sql"))}
    if all(comments.get(made.name) == made.digest for made in objects):
        return
    for made in reversed(objects):
        engine.command(f"DROP {made.kind} IF EXISTS {made.name} {layout.placeholders['on_cluster']} SYNC")
    for made in objects:
        engine.command(f"{made.sql}\nCOMMENT '{made.digest}'")
