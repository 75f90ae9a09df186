"""The operations on saved views and dashboards (see ``routes.py``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel

from ..errors import NotFound
from ..metadata.documents import ID_PATTERN
from ..query.parameters import Parameter
from . import documents, schema_documents, schema_signals
from .endpoint import Endpoint, Handler


def _id(text: str, now_ns: int) -> str:
    if not re.fullmatch(ID_PATTERN, text):
        raise ValueError("not an id")
    return text


_ID = (
    Parameter(
        "document_id",
        "path_document_id",
        _id,
        "1 to 64 of a-z, 0-9 and -",
        "An id that the client chose.",
        {"type": "string", "pattern": f"^{ID_PATTERN}$"},
    ),
)


def _operations(
    kind: str, listing: type[BaseModel], list_: Handler, get: Handler, put: Handler, delete: Handler
) -> Sequence[Endpoint]:
    path, one = f"/{kind}s", f"a saved {kind}" if kind == "view" else f"a {kind}"
    return (
        Endpoint("GET", path, list_, f"All {one.removeprefix('a ')}s, by name.", listing),
        Endpoint(
            "GET",
            path + "/{document_id}",
            get,
            f"{one.capitalize()}.",
            schema_documents.Document,
            path_parameters=_ID,
            errors=(NotFound,),
        ),
        Endpoint(
            "PUT",
            path + "/{document_id}",
            put,
            f"Keep {one}, in place of the one with this id if there is one.",
            schema_documents.Document,
            path_parameters=_ID,
            body=schema_documents.DocumentBody,
        ),
        Endpoint(
            "DELETE",
            path + "/{document_id}",
            delete,
            f"Delete {one}.",
            schema_signals.Deleted,
            path_parameters=_ID,
            errors=(NotFound,),
        ),
    )


DOCUMENTS: tuple[Endpoint, ...] = (
    *_operations(
        "view",
        schema_documents.ViewList,
        documents.list_views,
        documents.get_view,
        documents.put_view,
        documents.delete_view,
    ),
    *_operations(
        "dashboard",
        schema_documents.DashboardList,
        documents.list_dashboards,
        documents.get_dashboard,
        documents.put_dashboard,
        documents.delete_dashboard,
    ),
)
