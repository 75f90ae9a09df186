"""Queries and documents of retrieval, memory and reranking: ``[{"id"?, "score"?, "content"?, "metadata"?}]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .. import names
from .indexed import Tree, branch, items, leaf, tree, unflattened
from .model import SpanSource
from .tolerant_json import decode, decode_container
from .values import INPUT_VALUES, OUTPUT_VALUES, first_value

QUERIES: Final = (
    names.RETRIEVAL_QUERY_TEXT,
    names.OL_RETRIEVAL_QUERY,
    names.MEMORY_QUERY_TEXT,
    names.OI_RERANKER_QUERY,
    *INPUT_VALUES,
)
WHOLE_LISTS: Final = (names.RETRIEVAL_DOCUMENTS, names.MEMORY_RECORDS)

_IDS: Final = ("id", "document_id", "doc_id", "_id", "id_", "key")
_SCORES: Final = ("score", "relevance_score", "similarity", "relevanceScore")
_CONTENTS: Final = ("content", "text", "page_content", "pageContent", "document", "chunk", "body")
_WRAPPERS: Final = ("document", "node", "payload", "kwargs")
_LISTS: Final = ("documents", "results", "matches", "hits", "records", "source_nodes", "data")


def query_of(span: SpanSource) -> Any:
    """What was asked for: a text, or the value that was recorded."""
    return first_value(span.attributes, QUERIES)


def rerank_input_of(span: SpanSource) -> Any:
    """``{"query", "documents"}`` of a reranker, the documents in their old order; else the value that was recorded."""
    query = first_value(span.attributes, (names.OI_RERANKER_QUERY,))
    documents = _indexed(span.attributes, names.OI_RERANKER_INPUT)
    if query is None and documents is None:
        return query_of(span)
    return {"query": query, "documents": documents}


def documents_of(span: SpanSource) -> Any:
    """The documents that were found, best first as recorded; a value that holds none is given as it is."""
    attributes = span.attributes
    for name in WHOLE_LISTS:
        decoded, truncated = decode(attributes.get(name))
        if found := _documents(decoded):
            return [*found[:-1], {**found[-1], "truncated": True}] if truncated else found
    for name in (names.OI_RETRIEVAL_DOCUMENTS, names.OI_RERANKER_OUTPUT):
        if indexed := _indexed(attributes, name):
            return indexed
    # OpenLLMetry's vector databases have one event per hit.
    if hits := [hit for event in span.events if (hit := _hit(event.name, event.attributes))]:
        return hits
    value = first_value(attributes, OUTPUT_VALUES)
    return _documents(value) or value


def document_of(value: Any) -> dict[str, Any] | None:
    """One document of any shape. What has no place of its own is kept under ``metadata``."""
    if isinstance(value, str) and value:
        return {"content": value}
    if not isinstance(value, Mapping) or not value:
        return None
    inner = next((value[key] for key in _WRAPPERS if isinstance(value.get(key), Mapping)), None)
    if inner is not None:
        value = {**{key: item for key, item in value.items() if item is not inner}, **inner}
    document: dict[str, Any] = {}
    used: set[str] = {"metadata"}
    for field, keys in (("id", _IDS), ("score", _SCORES), ("content", _CONTENTS)):
        name = next((key for key in keys if value.get(key) is not None), None)
        if name is not None:
            document[field] = _number(value[name]) if field == "score" else _content(value[name])
            used.add(name)
    metadata = decode_container(value.get("metadata"))
    rest = {key: item for key, item in value.items() if key not in used and item is not None}
    if metadata and not isinstance(metadata, Mapping):
        rest["metadata"] = metadata
    elif metadata:
        rest = {**rest, **metadata}
    return {**document, "metadata": rest} if rest else document or None


def _documents(value: Any) -> list[dict[str, Any]] | None:
    if isinstance(value, Mapping):
        value = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    if not isinstance(value, list):
        return None
    documents = [document for item in value if (document := document_of(decode_container(item))) is not None]
    return documents or None


def _indexed(attributes: Mapping[str, Any], name: str) -> list[dict[str, Any]] | None:
    rows = items(tree(attributes, name))
    if not rows:
        whole = decode(attributes.get(name)).value
        rows = [unflattened(item) for item in whole if isinstance(item, Mapping)] if isinstance(whole, list) else []
    return _documents([_leaves(branch(row, "document") or row) for row in rows])


def _hit(name: str, attributes: Mapping[str, Any]) -> dict[str, Any] | None:
    if name not in names.EVENT_VECTOR_DB_RESULT:
        return None
    fields = _leaves(next((node for prefix in names.EVENT_VECTOR_DB_RESULT if (node := tree(attributes, prefix))), {}))
    return document_of(fields or dict(attributes))


def _leaves(node: Tree) -> dict[str, Any]:
    return {key: leaf(node, key) for key in node if key}


def _content(value: Any) -> Any:
    """The text of a document's content; Genkit has a list of text blocks there."""
    if isinstance(value, list) and value and all(isinstance(part, Mapping) and set(part) == {"text"} for part in value):
        return "\n".join(str(part["text"]) for part in value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value
