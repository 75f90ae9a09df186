"""What documents promise, over SQLite and over a real Postgres."""

from __future__ import annotations

import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_collector.errors import BadInput, TooLarge
from traceway_collector.metadata import COLLECTIONS, Database, Documents
from traceway_collector.metadata.documents import (
    MAX_BODY_BYTES,
    MAX_COLLECTION_BYTES,
    MAX_DOCUMENTS,
    MAX_NAME,
)


def test_what_is_kept_comes_back(documents):
    before_ns = time.time_ns()
    body = {"q": "kind:llm_call", "columns": ["name", "cost"], "wide": True, "n": 1.5, "none": None}
    kept = documents.put("views", "slow-calls", "Slow calls", body)
    assert documents.get("views", "slow-calls") == kept
    assert json.loads(kept.body) == body
    assert list(json.loads(kept.body)) == list(body)  # in the order given
    assert before_ns <= kept.updated_ns <= time.time_ns()


def test_a_second_put_replaces(documents):
    first = documents.put("views", "one", "One", {"a": 1})
    second = documents.put("views", "one", "Uno", {"b": 2})
    assert documents.all("views") == [second]
    assert second.updated_ns >= first.updated_ns


def test_collections_do_not_mix(documents):
    for collection in COLLECTIONS:
        documents.put(collection, "same", collection, {})
    assert documents.delete("views", "same")
    assert documents.get("views", "same") is None
    assert documents.get("dashboards", "same").name == "dashboards"
    assert not documents.delete("views", "same")


def test_a_list_is_ordered_by_name_as_people_read_it(documents):
    for number, name in enumerate(["banana", "Apple", "äpfel", "apple", "Cherry"]):
        documents.put("views", f"v{number}", name, {})
    assert [each.name for each in documents.all("views")] == ["Apple", "apple", "banana", "Cherry", "äpfel"]


def test_it_is_still_there_when_opened_again(url, tmp_path):
    for number in range(3):
        database = Database(url, tmp_path)
        Documents(database).put("views", f"v{number}", "name", {"n": number})
        assert len(Documents(database).all("views")) == number + 1
        database.close()


HOSTILE = [
    "'; DROP TABLE documents; --",
    '<script>alert("x")</script>',
    "100 % %s %(name)s {name:String} :name ?",
    "日本語のビュー",
    "عرض محفوظ",
    "👩‍👩‍👧‍👦 family",
    "\\ \\u0000 \\x00",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(documents, name):
    documents.put("views", "v", name, {name: name})
    found = documents.get("views", "v")
    assert found.name == name
    assert json.loads(found.body) == {name: name}
    assert [each.id for each in documents.all("views")] == ["v"]


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "nul\0", "\x1b[31mred", "\u202egnp.exe", "\ud800", "x" * 201])
def test_names_that_cannot_be_are_refused(documents, name):
    with pytest.raises(BadInput, match=r"^name is ") as caught:
        documents.put("views", "v", name, {})
    assert caught.value.field == "name"
    assert documents.all("views") == []


@pytest.mark.parametrize("document_id", ["", "A", "a b", "a/b", "..", "a_b", "a\n", "x" * 65, "é", "٣"])
def test_ids_that_cannot_be_are_refused(documents, document_id):
    with pytest.raises(BadInput, match=r"^id is ") as caught:
        documents.put("views", document_id, "name", {})
    assert caught.value.field == "id"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(TEXTS, JSON_VALUES, max_size=5))
def test_any_json_object_comes_back(documents, body):
    documents.put("dashboards", "any", "Any", body)
    assert json.loads(documents.get("dashboards", "any").body) == body


def test_limits(documents):
    fits = {"text": "x" * (MAX_BODY_BYTES - len('{"text":""}'))}
    documents.put("views", "v", "n" * MAX_NAME, fits)
    with pytest.raises(TooLarge) as caught:
        documents.put("views", "v", "name", {"text": fits["text"] + "x"})
    assert caught.value.message == f"body has {MAX_BODY_BYTES + 1} bytes; expected at most {MAX_BODY_BYTES}"
    assert caught.value.field == "body"
    for number in range(MAX_COLLECTION_BYTES // MAX_BODY_BYTES - 1):
        documents.put("views", f"v{number}", "name", fits)
    documents.put("views", "v", "again", fits)  # in place of itself
    with pytest.raises(TooLarge, match=r"^all views together"):
        documents.put("views", "one-more", "name", {})
    documents.put("dashboards", "one-more", "name", {})


def test_there_is_a_limit_to_how_many(documents):
    for number in range(MAX_DOCUMENTS):
        documents.put("views", f"v{number}", "name", {})
    with pytest.raises(TooLarge, match=r"^there are 1000 views already"):
        documents.put("views", "one-more", "name", {})
    documents.put("views", "v7", "another name", {})
    assert documents.delete("views", "v8")
    documents.put("views", "one-more", "name", {})


def test_writers_at_the_same_time_lose_nothing(url, tmp_path):
    """Two databases, as two collectors on one Postgres would have, each with several threads."""
    databases = [Database(url, tmp_path) for _ in range(2)]
    failed: list[BaseException] = []

    def write(worker: int) -> None:
        documents = Documents(databases[worker % 2])
        try:
            for number in range(20):
                documents.put("views", f"w{worker}-{number}", "mine", {"worker": worker})
                documents.put("views", "shared", f"by {worker}", {"worker": worker, "number": number})
                documents.all("views")
                if number % 2:
                    assert documents.delete("views", f"w{worker}-{number}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = {each.id: each for each in Documents(databases[0]).all("views")}
    assert len(found) == 8 * 10 + 1
    last = json.loads(found["shared"].body)
    assert last["number"] == 19
    assert found["shared"].name == f"by {last['worker']}"  # one writer's document, whole
    for database in databases:
        database.close()
