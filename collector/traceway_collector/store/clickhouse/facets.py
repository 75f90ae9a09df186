"""The read role for facets: which values there are, and how often, among the newest spans."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any, Final

from ...model import Facet, Facets
from ...query.filters import SpanFilter
from . import where as conditions
from .engine import Engine
from .fulltext import hexed
from .repeats import Repeats
from .rows import text
from .sqlfiles import read
from .words import known_words

# Of this many spans the values are counted; of fewer where attributes must be read for it.
COUNTED_SPANS: Final = 100_000
_COUNTED_WITH_ATTRIBUTES: Final = 20_000
_NAMED_SPANS: Final = 10_000
_LAST_BUCKET: Final = (1 << 32) - 1

# key -> expression of its value
_VALUES: Final = {
    "kind": "kind",
    "status": "if(status_code = 2, 'error', 'ok')",
    "model": "if(model = '', request_model, model)",
    "provider": "provider",
    "name": "name",
    "service": "service",
    "session": "session_id",
    "user": "user_id",
    "agent": "agent_name",
    "tool": "tool_name",
    "operation": "operation",
    "file": "file_path",
    "resource": "resource_values[indexOf(resource_keys, {$attribute:String})]",
}
# key -> expression of its values: a span is passed once for each
_LISTS: Final = {
    "tag": "tags",
    "finish": "finish_reasons",
    "attribute": "arrayFilter((v, k, t) -> k = {$attribute:String} AND t NOT IN (5, 6, 7),"
    " attr_values, attr_keys, attr_types)",
}
_PREFIXES: Final = {"attribute": "attr.", "resource": "resource."}

_Key = tuple[str, str]
_Counts = list[tuple[str, int]]


class FacetReader:
    """Implements what ``store.Reader`` says of facets."""

    _engine: Engine
    _repeats: Repeats

    def facets(self, where: SpanFilter, keys: Sequence[_Key], *, limit: int, prefix: str = "") -> Facets:
        """See ``store.Reader.facets``."""
        reads_attributes = any(key == "attribute" for key, _ in keys)
        first_bucket, sampled = self._newest(_COUNTED_WITH_ATTRIBUTES if reads_attributes else COUNTED_SPANS)
        condition = conditions.of_spans(known_words(self._engine, where))
        repeated = self._repeats.now()
        source = {"final": repeated.final, "where": " AND ".join([condition.sql, *repeated.current])}
        parameters = {**condition.parameters, "first_bucket": first_bucket, "limit": limit + 1}
        together = [key for key in keys if key[0] not in _LISTS]
        spans, counts = self._counts(source, parameters, together, prefix)
        counted = dict(zip(together, counts, strict=True))
        for key in keys:
            if key not in counted:
                [counted[key]] = self._counts(source, parameters, [key], prefix)[1]
        return Facets(tuple(_facet(key, counted[key], limit) for key in keys), spans, sampled)

    def attribute_names(self, limit: int) -> Sequence[str]:
        """See ``store.Reader.attribute_names``."""
        parameters = {"first_bucket": self._newest(_NAMED_SPANS)[0], "limit": limit}
        rows = self._engine.query(read("queries/attribute_names.sql"), parameters, bounded=True)
        return [text(name) for (name,) in rows]

    def _newest(self, spans: int) -> tuple[int, bool]:
        """The bucket with which the newest ``spans`` begin, and whether there are more before it."""
        parameters = {"last_bucket": _LAST_BUCKET, "rows": spans}
        found = self._engine.query(read("queries/newest_bucket.sql"), parameters)
        return (found[0][0], True) if found else (0, False)

    def _counts(
        self, source: dict[str, str], parameters: dict[str, Any], keys: Sequence[_Key], prefix: str
    ) -> tuple[int, list[_Counts]]:
        """How many spans there are, and the values of each key. ``source``: which of the table's rows are spans."""
        names = [f"v{place}" for place in range(len(keys) + 1)]
        fields = ["'' AS v0"]
        for (key, attribute), name in zip(keys, names[1:], strict=True):
            value = _VALUES.get(key) or f"arrayJoin({_LISTS[key]})"
            fields.append(f"toString({value}) AS {name}".replace("$attribute", f"attribute_{name}"))
            parameters = {**parameters, f"attribute_{name}": attribute}
        place = "positionUTF8(lowerUTF8(value), unhex({prefix:String}))"
        sql = Template(read("queries/facets.sql")).substitute(
            names=", ".join(names),
            fields=", ".join(fields),
            **source,
            sets=", ".join(f"({name})" for name in names),
            found=f"{place} > 0" if prefix else "1",
            first=f"{place} = 1 DESC," if prefix else "",
        )
        # grouping() has a bit for each of its fields, the first the highest: 0 in the field's own set.
        codes = [(1 << len(names)) - 1 - (1 << len(names) - 1 - place) for place in range(len(names))]
        asked = {**parameters, "all_spans": codes[0], "prefix": hexed(prefix.lower())}
        found: dict[int, _Counts] = {code: [] for code in codes}
        for code, value, spans in self._engine.query(sql, asked, bounded=True):
            found[code].append((text(value), int(spans)))
        [(_, all_spans)] = found.pop(codes[0]) or [("", 0)]
        return all_spans, list(found.values())


def _facet(key: _Key, counts: _Counts, limit: int) -> Facet:
    name, attribute = key
    return Facet(f"{_PREFIXES[name]}{attribute}" if attribute else name, tuple(counts[:limit]), len(counts) > limit)
