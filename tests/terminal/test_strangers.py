"""Servers that are no Traceway, and answers that break off: told in a sentence, and no file is left by half."""

from __future__ import annotations

import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.serving import TRACEWAY, run_traceway

TRACE_ID = "0" * 31 + "1"


@contextmanager
def answering(body: bytes, **headers: str) -> Iterator[str]:
    """The address of a server that answers everything with this."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


VERBS = [
    ("traces",),
    ("show", TRACE_ID),
    ("show", "abcd"),
    ("query", "kind:tool"),
    ("query", "kind:tool", "--metric", "span_count"),
    ("replay", TRACE_ID),
    ("export",),
]


@pytest.mark.parametrize("body", [b"<html></html>", b"[]", b"null", b'{"data": [], "total": 0}'])
def test_another_server_is_told(body):
    with answering(body) as url:
        for words in VERBS:
            done = run_traceway(*words, "--url", url)
            assert done.returncode == 2, (words, done)
            assert done.stderr == f"traceway: what answers at {url} is not Traceway; expected its REST API\n"


@pytest.mark.parametrize("body", [b"data: hello\n\n", b"data: []\n\n", b'data: {"kind": "other"}\n\n'])
def test_events_of_another_server_are_told(body):
    with answering(body, **{"Content-Type": "text/event-stream"}) as url:
        done = run_traceway("tail", "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"traceway: what answers at {url} is not Traceway; expected its REST API\n"


@pytest.mark.parametrize("words", [("traces",), ("traces", "--json"), ("query", "--about")])
def test_an_output_that_takes_nothing_is_told(words):
    answer = b'{"items": [], "next_cursor": null, "metrics": [], "group_by": []}'
    with answering(answer) as url:
        for where, code, says in (
            (">/dev/full", 1, "traceway: the output cannot be written: No space left on device\n"),
            (">&-", 0, ""),
        ):
            command = shlex.join([TRACEWAY, *words, "--url", url])
            done = subprocess.run(["sh", "-c", f"{command} {where}"], capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stderr) == (code, says), where


def test_an_export_that_breaks_off_leaves_no_file(tmp_path):
    file = tmp_path / "all.jsonl"
    headers = {"Content-Length": "1000", "Content-Disposition": 'attachment; filename="all.jsonl"'}
    with answering(b'{"resourceSpans":[]}\n', **headers) as url:
        done = run_traceway("export", "-o", str(file), "--url", url)
    assert done.returncode == 5, done
    assert "broke off" in done.stderr
    assert list(tmp_path.iterdir()) == []
