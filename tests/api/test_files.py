"""Files over REST: lists, histories, bytes in parts, diffs; nothing that was in a file is run by a browser."""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_collector.api import schema_files
from traceway_collector.api.file_content import media_type
from traceway_collector.errors import BadInput, TooLarge
from traceway_collector.model import ContentState
from traceway_collector.query import textdiff
from traceway_collector.query.ranges import Unsatisfiable, byte_range
from traceway_collector.store.files import Arrival
from traceway_semconv import names

from .conftest import Api, api_over
from .file_telemetry import content_id, fs_span
from .telemetry import spans_request, trace_id

DATA = random.Random(7).randbytes(5_000_000)


@pytest.fixture
def api(embedded) -> Iterator[Api]:
    yield api_over(embedded)
    embedded.delete_before(2**63 - 1)


def keep(api: Api, *datas: bytes) -> None:
    api.store.keep_contents([(Arrival(content_id(data), len(data), "run"), [data]) for data in datas], 1000)


def content(api: Api, data: bytes, method: str = "GET", **headers: str):
    return api.client.request(method, f"/api/files/content/{content_id(data)}", headers=headers)


def test_a_list_of_files_and_the_history_of_one(api):
    keep(api, b"one")
    api.send(spans_request([fs_span(1, 1, "/srv/a.md", data=b"one"), fs_span(1, 2, "/srv/b.md", data=b"two")]))
    api.send(spans_request([fs_span(2, 1, "/srv/a.md", data=b"three", operation="write", after_ns=9)], service="bot"))
    listed = api.get("/api/files")
    schema_files.FileList.model_validate(listed)
    assert [(row["path"], row["state"]) for row in listed["files"]] == [
        ("/srv/a.md", "missing"),
        ("/srv/b.md", "missing"),
    ]
    first = listed["files"][0]
    assert (first["versions"], first["reads"], first["writes"], first["hash"]) == (2, 1, 1, content_id(b"three"))
    assert first["writers"] == {"services": ["bot"], "trace_ids": [trace_id(2)], "trace_count": 1}
    for path in ("/srv/a.md", "srv/a.md", "%2Fsrv%2Fa.md"):
        history = api.get(f"/api/files/{path}")
        schema_files.FileHistory.model_validate(history)
        assert history["path"] == "/srv/a.md"
        assert [(row["state"], row["available"]) for row in history["items"]] == [
            ("missing", False),
            ("available", True),
        ]
    page = api.get("/api/files/srv/a.md", limit=1)
    assert api.get("/api/files/srv/a.md", limit=1, cursor=page["next_cursor"])["items"] == history["items"][1:]
    page = api.get("/api/files", limit=1)
    assert api.get("/api/files", limit=1, cursor=page["next_cursor"])["files"][0]["path"] == "/srv/b.md"
    assert api.get("/api/spans?path=/srv/b*")["count"] == 1
    assert api.get("/api/traces?path=/srv/b.md")["items"][0]["id"] == trace_id(1)
    assert api.get("/api/files/srv/none", 404)["error"]["field"] == "path"


@pytest.mark.parametrize(
    ("said", "known", "shown"),
    [
        ("hash_only", None, "hash_only"),
        ("skipped_secret", None, "skipped_secret"),
        ("uploaded", None, "missing"),
        ("uploaded", ContentState.TOO_LARGE, "too_large"),
        ("uploaded", ContentState.RUN_FULL, "run_full"),
        ("dropped", ContentState.CORRUPT, "corrupt"),
    ],
)
def test_what_is_left_out_is_shown_as_such(api, said, known, shown):
    api.send(spans_request([fs_span(1, 1, "/f", data=b"x", said={names.FS_CONTENT_STATE: said})]))
    if known:
        api.store.refuse_contents({content_id(b"x"): known}, 1000)
    assert api.get("/api/files")["files"][0]["state"] == shown
    assert content(api, b"x").status_code == 404
    assert api.get("/api/files//f")["items"][0]["available"] is False


def test_a_folder_is_no_file(api):
    operations = ("mkdir", "rmdir")
    api.send(spans_request([fs_span(1, n, "/folder", operation=each) for n, each in enumerate(operations, 1)]))
    api.send(spans_request([fs_span(1, 3, "/was-folder", operation="mkdir"), fs_span(1, 4, "/was-folder")]))
    assert [(row["path"], row["writes"]) for row in api.get("/api/files")["files"]] == [("/was-folder", 0)]
    assert [row["operation"] for row in api.get("/api/files//folder")["accesses"]] == ["rmdir", "mkdir"]
    assert api.get("/api/spans?kind=fs_write")["count"] == 3


def test_a_file_of_which_no_version_is_known(api):
    api.send(spans_request([fs_span(1, 1, "/gone", operation="delete")]))
    row = api.get("/api/files")["files"][0]
    assert (row["hash"], row["size"], row["state"], row["available"]) == (None, None, None, False)


@pytest.mark.parametrize("path", ["/a\nb", "/a\0b", "/../../etc/passwd", "/ä/日", "/100%?#&", "/" + "x/" * 5000, "//"])
def test_paths_of_any_characters(api, path):
    api.send(spans_request([fs_span(1, 1, path)]))
    assert api.get(f"/api/files/{quote(path, safe='')}")["path"] == path
    assert api.get("/api/files")["files"][0]["path"] == path


@pytest.mark.parametrize(
    "path", ["/api/files/", "/api/files/content/zz", "/api/files/content/sha256:12", "/api/files/diff"]
)
def test_questions_that_make_no_sense(api, path):
    assert api.get(path, 400)["error"]["message"]


def test_a_forged_cursor_is_bad_input(api):
    api.send(spans_request([fs_span(1, n, f"/{n}") for n in range(1, 4)]))
    cursor = api.get("/api/files", limit=1)["next_cursor"]
    assert api.get("/api/files", 400, cursor=cursor, q="x")["error"]["field"] == "cursor"
    assert api.get("/api/files//1", 400, cursor=cursor)["error"]["field"] == "cursor"


def test_bytes_come_whole_and_are_never_guessed_at(api):
    keep(api, DATA)
    answer = content(api, DATA)
    assert answer.content == DATA
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["etag"] == f'"{content_id(DATA)}"'
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert "content-encoding" not in answer.headers
    head = content(api, DATA, "HEAD")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(DATA)))
    assert content(api, DATA, **{"if-none-match": f'W/"x", "{content_id(DATA)}"'}).status_code == 304
    assert content(api, DATA, **{"if-none-match": '"x"'}).status_code == 200
    bare = api.client.get(f"/api/files/content/{content_id(DATA).removeprefix('sha256:').upper()}")
    assert bare.content == DATA


SCRIPT = b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"# Notes", "text/plain; charset=utf-8"),
        ("Zürich".encode(), "text/plain; charset=utf-8"),
        (b"", "text/plain; charset=utf-8"),
        (b"<!doctype html>" + SCRIPT, "text/plain; charset=utf-8"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", "text/plain; charset=utf-8"),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, "image/png"),
        (b"RIFF\0\0\0\0WEBP" + SCRIPT, "image/webp"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"%PDF-1.7\n%\xe2\xe3", None),
        (b"\xff\xfe<\0h\0t\0m\0l\0>\0", None),
        ("<html>é".encode("latin-1"), None),
        (b"\0" + SCRIPT, None),
        (b"+ADw-script+AD4-", "text/plain; charset=utf-8"),
    ],
)
def test_no_browser_runs_what_is_in_a_file(api, data, shown):
    keep(api, data)
    answer = content(api, data)
    assert answer.content == data
    assert answer.headers["content-type"] == (shown or "application/octet-stream")
    assert ("attachment" in answer.headers.get("content-disposition", "")) == (shown is None)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


@given(st.text(max_size=200), st.integers(0, 300))
def test_a_text_that_is_cut_in_the_middle_of_a_letter_is_text(text, cut):
    head = text.encode()[:cut]
    if b"\0" not in head and not head.startswith((b"GIF8",)):
        assert media_type(head, whole=False).startswith("text/plain")


numbers = st.integers(0, 6_000_000)
ranges = (
    st.builds("bytes={}-{}".format, numbers, numbers)
    | st.builds("bytes={}-".format, numbers)
    | st.builds("Bytes = -{}".format, numbers)
    | st.sampled_from(
        ["bytes=0-0,5-9", "bytes=", "bytes=-", "items=0-5", "bytes=a-b", "bytes=9-5", "bytes=-0", "bytes=0-0"]
    )
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ranges)
def test_any_range_is_the_part_it_names(embedded, header):
    api = api_over(embedded)
    keep(api, DATA)
    answer = content(api, DATA, range=header)
    if answer.status_code == 416:
        assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
        assert answer.json()["error"]["field"] == "Range"
    elif answer.status_code == 206:
        first, last = map(int, answer.headers["content-range"].removeprefix("bytes ").split("/")[0].split("-"))
        assert answer.content == DATA[first : last + 1]
        assert int(answer.headers["content-length"]) == last + 1 - first
        asked = header.split("=")[1].strip()
        assert first == (max(0, len(DATA) - int(asked[1:])) if asked[0] == "-" else int(asked.split("-")[0]))
    else:
        assert (answer.status_code, answer.content) == (200, DATA)


@given(st.text(max_size=30) | ranges, st.integers(0, 100))
def test_a_range_lies_within_the_content(header, size):
    try:
        found = byte_range(header, size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found[0] < found[1] <= size


def test_a_range_is_for_the_version_that_if_range_names(api):
    keep(api, DATA)
    etag = f'"{content_id(DATA)}"'
    assert content(api, DATA, **{"range": "bytes=0-3", "if-range": etag}).status_code == 206
    assert content(api, DATA, **{"range": "bytes=0-3", "if-range": '"x"'}).status_code == 200


@pytest.mark.parametrize("header", ["bytes=0-3", f"bytes={len(DATA)}-"])
def test_only_get_has_ranges(api, header):
    keep(api, DATA)
    head = content(api, DATA, "HEAD", range=header)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(DATA)))


def diff(api: Api, old: bytes, new: bytes, status: int = 200, **more):
    return api.get("/api/files/diff", status, **{"from": content_id(old), "to": content_id(new), **more})


def test_a_diff_of_two_versions(api):
    old, new = b"a\nb\nc\n", b"a\nB\nc\nd"
    keep(api, old, new, b"\xff\0")
    found = diff(api, old, new)
    schema_files.FileDiff.model_validate(found)
    assert found["diff"] == "@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n+d\n\\ No newline at end of file\n"
    assert (found["added"], found["removed"]) == (2, 1)
    assert diff(api, old, old)["diff"] == ""
    plain = api.client.get("/api/files/diff", params={"from": content_id(old), "to": content_id(new), "format": "text"})
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert plain.text == f"--- {content_id(old)}\n+++ {content_id(new)}\n" + found["diff"]
    assert diff(api, old, b"\xff\0", 400)["error"]["field"] == "to"
    assert diff(api, b"nowhere", old, 404)["error"]["field"] == "from"


lines = st.lists(st.sampled_from(["a", "b", "c\r", " ", "", "\x85\x0b\u2028"]), max_size=12).map("\n".join)


@given(lines, lines)
def test_a_diff_is_what_the_standard_library_writes(old, new):
    found = textdiff.unified(old.encode(), new.encode())
    before, after = (text.encode().decode().split("\n") for text in (old, new))
    kept = [line for line in found.unified.split("\n") if line[:1] in ("-", "+")]
    assert len([line for line in kept if line[0] == "+"]) == found.added
    assert len([line for line in kept if line[0] == "-"]) == found.removed
    assert (found.unified == "") == (old == new)
    ratio = difflib.SequenceMatcher(None, before, after).ratio()
    assert found.added + found.removed <= len(before) + len(after) + 2 * ratio


def test_a_diff_has_limits(monkeypatch):
    with pytest.raises(TooLarge, match="bytes"):
        textdiff.unified(bytes(textdiff.MAX_BYTES + 1), b"")
    with pytest.raises(TooLarge, match="lines"):
        textdiff.unified(b"", b"\n" * (textdiff.MAX_LINES + 1))
    with pytest.raises(BadInput, match="to is not text"):
        textdiff.unified(b"", b"\xff")
    monkeypatch.setattr(textdiff, "MAX_SECONDS", -1.0)
    with pytest.raises(TooLarge, match="differ so much"):
        textdiff.unified(b"a", b"b")


def test_a_line_among_many_like_it_is_one_change():
    alike = b"0\n" * 500
    found = textdiff.unified(alike * 2, alike + b"1\n" + alike)
    assert (found.added, found.removed) == (1, 0)
    found = textdiff.unified(alike + b"x\n" + alike, alike + b"y\n" + alike[:-1])
    assert (found.added, found.removed) == (2, 2)
