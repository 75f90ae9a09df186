"""Saved views and dashboards over REST."""

from __future__ import annotations

import json

import pytest

from traceway_collector.api import schema_documents
from traceway_collector.metadata.documents import MAX_BODY_BYTES

from .conftest import Api, api_over

LISTS = {"views": schema_documents.ViewList, "dashboards": schema_documents.DashboardList}
BODY = {"q": "status:error", "columns": ["name", "cost_usd"]}


@pytest.fixture
def api(embedded):
    api = api_over(embedded)
    yield api
    for collection in LISTS:
        for document in api.get(f"/api/{collection}")["items"]:
            api.ask("DELETE", f"/api/{collection}/{document['id']}")


def put(api: Api, path: str, content: object, status: int = 200, **headers: str):
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    reply = api.client.put(path, content=sent, headers={"content-type": "application/json", **headers})
    assert reply.status_code == status, reply.text
    return reply.json()


@pytest.mark.parametrize("collection", LISTS)
@pytest.mark.parametrize("prefix", ["/api", ""])
def test_kept_changed_listed_and_deleted(api, collection, prefix):
    path = f"{prefix}/{collection}"
    assert api.get(path) == {"items": [], collection: [], "count": 0, "next_cursor": None, "has_more": False}
    kept = put(api, f"{path}/failed-runs", {"name": "Failed runs", "body": BODY})
    schema_documents.Document.model_validate(kept)
    assert (kept["id"], kept["name"], kept["body"]) == ("failed-runs", "Failed runs", BODY)
    assert api.get(f"{path}/failed-runs") == kept
    again = put(api, f"{path}/failed-runs", {"name": "Errors", "body": {}})
    assert again["updated_at"] > kept["updated_at"]
    put(api, f"{path}/another", {"name": "Another", "body": BODY})
    listed = api.get(path)
    LISTS[collection].model_validate(listed)
    assert [each["name"] for each in listed[collection]] == ["Another", "Errors"]
    assert listed["items"] == listed[collection]
    assert api.ask("DELETE", f"{path}/failed-runs") == {"deleted": 1}
    error = api.ask("DELETE", f"{path}/failed-runs", 404)["error"]
    kind = collection.removesuffix("s")
    assert error["message"] == f"There is no {kind} failed-runs; it was never saved, or was deleted."
    assert error["field"] == "document_id"
    api.get(f"{path}/failed-runs", 404)


@pytest.mark.parametrize(
    ("content", "status", "field", "words"),
    [
        (b"{", 400, "body", "the body is not JSON"),
        (b"", 400, "body", "the body is not JSON"),
        (b'{"name": "\\ud800", "body": {}}', 400, "body", "the body is not JSON"),
        (b"\xff\xfe", 400, "body", "the body is not JSON"),
        (b"[" * 5000, 400, "body", "the body is not JSON"),
        ([], 400, "body", "body is []; expected an object"),
        (b"null", 400, "body", "body is null; expected an object"),
        ({"body": {}}, 400, "name", "name is missing"),
        ({"name": "x"}, 400, "body", "body is missing"),
        ({"name": 7, "body": {}}, 400, "name", "name is 7; expected a text"),
        ({"name": "x", "body": []}, 400, "body", "body is []"),
        ({"name": "x", "body": {}, "id": "y"}, 400, "id", "'id' is not a field of this body"),
        ({"name": "two\nlines", "body": {}}, 400, "name", "name is 'two\\nlines'"),
        ({"name": "x", "body": {"x": "y" * MAX_BODY_BYTES}}, 413, "body", f"expected at most {MAX_BODY_BYTES}"),
        ({"name": "x", "body": {"x": "y" * 2**20}}, 413, "body", "the body has more than"),
    ],
)
def test_what_cannot_be_kept_is_told(api, content, status, field, words):
    error = put(api, "/api/views/v", content, status)["error"]
    assert words in error["message"]
    assert error["field"] == field
    assert api.get("/api/views")["count"] == 0


def test_what_is_too_deep_is_told_in_few_words(api):
    deep = b'{"name": "x", "body": ' + b'{"a":' * 900 + b"1" + b"}" * 901
    error = put(api, "/api/views/v", deep, 400)["error"]
    assert len(error["field"]) <= 101
    assert len(error["message"]) <= 400


def test_another_media_type_is_told(api):
    assert put(api, "/api/views/v", b"a=b", 415, **{"content-type": "text/plain"})["error"]["field"] == "Content-Type"


@pytest.mark.parametrize("document_id", ["A", "a_b", "x" * 65, "%00", "é", "a%20b"])
def test_an_id_that_cannot_be_is_told(api, document_id):
    error = put(api, f"/api/views/{document_id}", {"name": "x", "body": {}}, 400)["error"]
    assert error["field"] == "document_id"
    assert "expected 1 to 64 of a-z, 0-9 and -" in error["message"]


def test_the_openapi_document_has_the_body(api):
    operation = api.get("/api/openapi.json")["paths"]["/api/dashboards/{document_id}"]["put"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/DocumentBody"}
    assert operation["operationId"] == "put_dashboard"
