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
    "tag": "arrayJoin(tags)",
    "agent": "agent_name",
    "tool": "tool_name",
    "operation": "operation",
    "finish": "arrayJoin(finish_reasons)",
    "file": "file_path",
    "attribute": "arrayJoin(arrayFilter((v, k, t) -> k = {attribute:String} AND t NOT IN (5, 6, 7),"
    " attr_values, attr_keys, attr_types))",
    "resource": "resource_values[indexOf(resource_keys, {attribute:String})]",
}


class FacetReader:
    """Implements what ``store.Reader`` says of facets."""

    _engine: Engine

    def facets(self, where: SpanFilter, keys: Sequence[tuple[str, str]], *, limit: int, prefix: str = "") -> Facets:
        """See ``store.Reader.facets``."""
        reads_attributes = any(key == "attribute" for key, _ in keys)
        first_bucket, sampled = self._newest(_COUNTED_WITH_ATTRIBUTES if reads_attributes else COUNTED_SPANS)
        condition = conditions.of_spans(known_words(self._engine, where))
        parameters = {**condition.parameters, "first_bucket": first_bucket, "limit": limit + 1}
        counted = Template(read("queries/facet_spans.sql")).substitute(where=condition.sql)
        spans = int(self._engine.query(counted, parameters, bounded=True)[0][0])
        found = [self._facet(condition.sql, parameters, key, attribute, limit, prefix) for key, attribute in keys]
        return Facets(tuple(found), spans, sampled)

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

    def _facet(
        self, where: str, parameters: dict[str, Any], key: str, attribute: str, limit: int, prefix: str
    ) -> Facet:
        more = {"prefix": hexed(prefix.lower())} if prefix else {}
        place = "positionUTF8(lowerUTF8(value), unhex({prefix:String}))"
        sql = Template(read("queries/facet.sql")).substitute(
            value=_VALUES[key],
            where=where,
            found=f"{place} > 0" if prefix else "1",
            first=f"{place} = 1 DESC," if prefix else "",
        )
        rows = self._engine.query(sql, {**parameters, **more, "attribute": attribute}, bounded=True)
        values = tuple((text(value), int(spans)) for value, spans in rows[:limit])
        return Facet(f"{_PREFIXES[key]}{attribute}" if attribute else key, values, len(rows) > limit)


_PREFIXES: Final = {"attribute": "attr.", "resource": "resource."}
