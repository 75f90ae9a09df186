"""Saved views and dashboards: documents that a client keeps under an id of its own."""

from __future__ import annotations

import orjson
from starlette.responses import Response

from ..errors import NotFound
from ..metadata import Collection, Document
from . import schema_documents
from .bodies import read_body
from .endpoint import Call
from .responses import JSON
from .wire.traces import envelope
from .wire.values import time_at


async def list_views(call: Call) -> Response:
    return await _list(call, "views")


async def get_view(call: Call) -> Response:
    return await _get(call, "views")


async def put_view(call: Call) -> Response:
    return await _put(call, "views")


async def delete_view(call: Call) -> Response:
    return await _delete(call, "views")


async def list_dashboards(call: Call) -> Response:
    return await _list(call, "dashboards")


async def get_dashboard(call: Call) -> Response:
    return await _get(call, "dashboards")


async def put_dashboard(call: Call) -> Response:
    return await _put(call, "dashboards")


async def delete_dashboard(call: Call) -> Response:
    return await _delete(call, "dashboards")


async def _list(call: Call, collection: Collection) -> Response:
    found = await call.run(call.services.metadata.all, collection)
    return JSON(envelope(collection, [_document(each) for each in found], None))


async def _get(call: Call, collection: Collection) -> Response:
    document_id: str = call.values["path_document_id"]
    found = await call.run(call.services.metadata.get, collection, document_id)
    if found is None:
        raise _unknown(collection, document_id)
    return JSON(_document(found))


async def _put(call: Call, collection: Collection) -> Response:
    given = await read_body(call.request, schema_documents.DocumentBody)
    document_id: str = call.values["path_document_id"]
    kept = await call.run(call.services.metadata.put, collection, document_id, given.name, given.body)
    return JSON(_document(kept))


async def _delete(call: Call, collection: Collection) -> Response:
    document_id: str = call.values["path_document_id"]
    if not await call.run(call.services.metadata.delete, collection, document_id):
        raise _unknown(collection, document_id)
    return JSON({"deleted": 1})


def _document(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "name": document.name,
        "body": orjson.Fragment(document.body),
        "updated_at": time_at(document.updated_ns),
    }


def _unknown(collection: Collection, document_id: str) -> NotFound:
    kind = collection.removesuffix("s")
    return NotFound(f"There is no {kind} {document_id}; it was never saved, or was deleted.", field="document_id")
