"""Facets and completion: which keys there are, which values, and how a query was read."""

from __future__ import annotations

from starlette.responses import Response

from ..errors import BadInput
from ..query import parameters as query
from ..query.facets import facet_key
from ..query.keys import KEYS, find_key, read_clauses, read_query
from ..query.language import show
from .endpoint import Call
from .responses import JSON
from .traces import span_filter

DEFAULT_VALUES = 20
MOST_KEYS = 20
_MOST_NAMES = 500
_DEFAULT_KEYS = "kind,status,model,provider,service,tool,agent"

KEYS_WANTED = query.text(
    "keys", "keys", f"Which keys, with commas between them; {_DEFAULT_KEYS} unless told otherwise.", repeats=False
)
PREFIX = query.text("prefix", "prefix", "Only values in which this is found, in any case.", repeats=False)


async def list_facets(call: Call) -> Response:
    where = span_filter(call)
    names: str = call.values.get("keys", _DEFAULT_KEYS)
    keys = [facet_key(name) for name in dict.fromkeys(names.split(","))]
    if len(keys) > MOST_KEYS:
        raise BadInput(f"keys has {len(keys)} names; expected at most {MOST_KEYS}", field="keys")
    limit: int = call.values.get("limit", DEFAULT_VALUES)
    prefix: str = call.values.get("prefix", "")
    found = await call.run(call.services.store.facets, where, keys, limit=limit, prefix=prefix)
    facets = [
        {
            "key": facet.key,
            "values": [{"value": value, "count": spans} for value, spans in facet.values],
            "more": facet.more,
        }
        for facet in found.facets
    ]
    return JSON({"facets": facets, "counted_spans": found.counted_spans, "sampled": found.sampled})


async def list_keys(call: Call) -> Response:
    names = await call.run(call.services.store.attribute_names, _MOST_NAMES)
    keys = [
        {
            "key": key.name,
            "aliases": list(key.aliases),
            "type": key.type,
            "operators": list(key.operators),
            "about": key.about,
            "example": key.example,
            **({"choices": list(key.choices)} if key.choices else {}),
        }
        for key in KEYS
    ]
    return JSON({"keys": keys, "attributes": list(names)})


async def parse_query(call: Call) -> Response:
    text: str = call.values.get(query.Q.field, "")
    read_query(text, call.now_ns)
    clauses = read_clauses(text)
    shown = [
        {
            "key": _name(clause.key),
            "operator": clause.operator,
            "values": [{"text": value.text, "quoted": value.quoted} for value in clause.values],
            "negated": clause.negated,
            "start": clause.start,
            "end": clause.end,
        }
        for clause in clauses
    ]
    return JSON({"q": show(clauses), "clauses": shown})


def _name(key: str) -> str:
    """The name of a key that was written in another way; dotted names stay, "" is free text."""
    known = find_key(key) if key else None
    return key if known is None or known.named else known.name
