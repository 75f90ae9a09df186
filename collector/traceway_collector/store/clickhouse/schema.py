"""Tables, their migrations, and the views that fill and show them.

Tables hold data and change only by a numbered migration. Everything else (inbox tables, which keep nothing, the views
that read them and the views for Grafana and HyperDX) is made anew whenever its text has changed: its comment holds the
digest of the text it was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from traceway_semconv import sql as vocabulary
from traceway_semconv.prices import price_origin_sql

from ...errors import Unsupported
from . import pricing
from .engine import Engine, quoted_text
from .sqlfiles import Layout, fill, read
from .views import views

VERSION = 3

# Migration n brings a database from version n-1 to n. A released migration never changes.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        "tables/spans.sql",
        "tables/trace_times.sql",
        "tables/span_buckets.sql",
        "tables/logs.sql",
        "tables/metric_points.sql",
        "prices_table.sql",
        "tables/price_keys.sql",
    ),
    2: (
        "tables/file_contents.sql",
        "tables/file_chunks.sql",
        "tables/file_uploads.sql",
        "tables/file_refusals.sql",
    ),
    3: (
        "tables/deletions.sql",
        "changes/span_position.sql",
        "changes/spans_text.sql",
        "changes/spans_text_index.sql",
        "changes/spans_text_build.sql",
        "changes/span_blocks.sql",
        "changes/span_bucket_blocks.sql",
    ),
}

# The tables whose rows age and are forgotten together, by the time they were ingested.
AGING = ("spans", "trace_times", "span_buckets", "logs", "metric_points", "deletions")

# On a cluster, what decides the shard of a row. A trace stays together, with the log records that name it; the lookup
# by span id is filled where its spans are. What belongs to a content of a file stays together.
SHARDING = {
    "spans": "cityHash64(trace_id)",
    "trace_times": "cityHash64(trace_id)",
    "span_buckets": "cityHash64(span_id)",
    "logs": "if(empty(trace_id), rand(), cityHash64(trace_id))",
    "metric_points": "rand()",
    "deletions": "cityHash64(trace_id)",
    "file_contents": "cityHash64(content_id)",
    "file_chunks": "cityHash64(content_id)",
    "file_uploads": "cityHash64(content_id)",
    "file_refusals": "cityHash64(content_id)",
}


# Whole for roots, short for model calls, which a list shows where the root has none. On all spans they were a quarter
# of what is stored and an eighth of the work of an insert; of other spans they are made when read.
_PREVIEWS = ("input_preview", "output_preview")
_IS_ROOT = "parent_id = toFixedString('', 8)"
_PREVIEW = f"leftUTF8(if({_IS_ROOT} OR kind = 'llm_call', {{}}, ''), if({_IS_ROOT}, 200, 80))"


# The vocabulary reads event values as text; here they are the bytes of an AnyValue, of which only those of an exception
# are looked at. A string is the tag 0x0a, its length in one to four bytes, and the text.
_VALUES_OF_EXCEPTION = "event_values[_exception]"
_TEXT = "substring(v, 3 + (length(v) > 129) + (length(v) > 16386) + (length(v) > 2097155))"


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

    @property
    def statement(self) -> str:
        """What makes it, with its digest as the comment."""
        return f"{self.sql}\nCOMMENT '{self.digest}'"


def made_objects(layout: Layout, user: str = "default", password: str = "") -> tuple[Made, ...]:
    """Every object without data, in an order in which they can be made (and, reversed, dropped). ``user`` and
    ``password``: how the engine logs in to itself to load the prices."""
    return (
        Made(
            "prices_dictionary",
            "DICTIONARY",
            fill("prices_dictionary.sql", layout, user=quoted_text(user), password=quoted_text(password)),
        ),
        Made("otlp_spans", "TABLE", fill("inbox/otlp_spans.sql", layout)),
        Made("spans_in", "VIEW", spans_in(layout)),
        Made("otlp_spans_probe", "TABLE", fill("inbox/price_probe.sql", layout)),
        Made("price_keys_in", "VIEW", price_keys_in(layout)),
        Made("trace_times_in", "VIEW", fill("inbox/trace_times_in.sql", layout)),
        Made("span_buckets_in", "VIEW", fill("inbox/span_buckets_in.sql", layout)),
        Made("otlp_logs", "TABLE", fill("inbox/otlp_logs.sql", layout)),
        Made("logs_in", "VIEW", fill("inbox/logs_in.sql", layout)),
        *(Made(name, "VIEW", sql) for name, sql in views(layout).items()),
    )


def spans_in(layout: Layout) -> str:
    """The view that turns requests into spans: flat rows, the vocabulary's helpers over them, facts and cost on top.

    How it is nested decides what an insert costs before its first row (benchmarks/README.md): a name is analysed again
    wherever it is used in its own SELECT, and every column again in each SELECT it passes through. So the helpers,
    which all facts use, have a SELECT of their own, and the facts share one.
    """
    expressions = {column.name: column.expression for column in vocabulary.facts()}
    reported = expressions.pop("reported_cost_usd")
    for name, expression in expressions.items():
        expressions[name] = expression.replace(_VALUES_OF_EXCEPTION, f"arrayMap(v -> {_TEXT}, {_VALUES_OF_EXCEPTION})")
    for name in _PREVIEWS:
        expressions[name] = _PREVIEW.format(expressions[name])
    facts = [f"{expression} AS {name}" for name, expression in expressions.items()]
    return fill(
        "inbox/spans_in.sql",
        layout,
        prices=pricing.with_price(reported),
        facts=",\n    ".join((*facts, pricing.COSTS)),
        mapped=_mapped("otlp_spans"),
    )


def price_keys_in(layout: Layout) -> str:
    """The view that notes which prices a group of requests lacks."""
    keys = {column.name: column.expression for column in vocabulary.facts()}
    columns = [f"{keys[name]} AS {name}" for name in ("kind", "provider", "model")]
    columns += [f"{pricing.DAY} AS day", f"{price_origin_sql()} AS origin"]
    keyed = f"(SELECT {', '.join(columns)} FROM {_mapped('otlp_spans_probe')})"
    return fill("inbox/price_keys_in.sql", layout, keyed=keyed, spending=pricing.SPENDING)


def _mapped(inbox: str) -> str:
    flat = read("inbox/spans_flat.sql").replace("otlp_spans", inbox)
    helpers = ",\n    ".join(
        f"{column.expression} AS {column.name}" for layer in vocabulary.layers() for column in layer
    )
    return f"(SELECT *,\n    {helpers}\nFROM ({flat}))"


def statements(layout: Layout, user: str = "default", password: str = "") -> Iterator[str]:
    """Everything that makes an empty database ready, in order; ``user`` and ``password`` as in ``made_objects``."""
    yield fill("tables/schema_version.sql", layout)
    for version in MIGRATIONS:
        yield from _migration(version, layout)
    for made in made_objects(layout, user, password):
        yield made.statement


def _migration(version: int, layout: Layout) -> Iterator[str]:
    for name in MIGRATIONS[version]:
        yield fill(name, layout)
        table = PurePath(name).stem
        if layout.cluster and name.startswith("changes/") and "ADD COLUMN" in read(name):
            # The distributed table over it has the same columns.
            yield fill(name, layout).replace("_local ", " ", 1)
        if layout.cluster and table in SHARDING:
            yield fill("tables/distributed.sql", layout, table=table, sharding=SHARDING[table])
    yield f"INSERT INTO schema_version (version) VALUES ({version:d})"


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
        for statement in _migration(version, layout):
            engine.command(statement)
    _remake(engine, layout)


def _version(engine: Engine) -> int:
    known = engine.query(read("queries/table_exists.sql"), {"table": "schema_version"})
    if not known:
        return 0
    return int(engine.query(read("queries/schema_version.sql"))[0][0])


def _remake(engine: Engine, layout: Layout) -> None:
    objects = made_objects(layout, engine.user, engine.password)
    comments = {name.decode(): comment.decode() for name, comment in engine.query(read("queries/object_comments.sql"))}
    if all(comments.get(made.name) == made.digest for made in objects):
        return
    for made in reversed(objects):
        engine.command(f"DROP {made.kind} IF EXISTS {made.name} {layout.placeholders['on_cluster']} SYNC")
    for made in objects:
        engine.command(made.statement)
