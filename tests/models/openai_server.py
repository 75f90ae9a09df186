"""An OpenAI-compatible server for tests: its protocol over real sockets, answers by script instead of a model.

``with OpenAIServer() as server: OpenAI(base_url=server.base_url, api_key="k").chat.completions.create(…)``. The name of
the model says what happens; those of ``MODELS`` are built in, ``server.script["mine"] = Answer(…)`` adds others.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.models.openai_answers import (
    CREATED,
    ENDPOINTS,
    MODELS,
    SOUND,
    STREAM_OPTIONS_REFUSED,
    Answer,
    response,
    speech_events,
    with_usage,
)

PATIENCE_S = 30.0
_PREFIX = re.compile(r"^(?:/openai)?(?:/v1)?(?:/deployments/[^/]+)?(?=/)")
_SAMPLED = ("/chat/completions", "/completions")


@dataclass(frozen=True)
class Request:
    """One request as it was received; header names in lower case, ``path`` with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def endpoint(self) -> str:
        """The path after the API's prefix: /chat/completions."""
        return _PREFIX.sub("", urlsplit(self.path).path)

    @cached_property
    def json(self) -> dict[str, Any]:
        read = json.loads(self.body or b"{}")
        assert isinstance(read, dict)
        return read

    @cached_property
    def form(self) -> dict[str, Any]:
        """Fields of a multipart body: text, or bytes for files."""
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        fields: dict[str, Any] = {}
        for part in BytesParser().parsebytes(head + self.body).get_payload():
            name = part.get_param("name", header="content-disposition")
            value = part.get_payload(decode=True)
            fields[name] = value if part.get_filename() else value.decode()
        return fields

    @property
    def fields(self) -> dict[str, Any]:
        """The body, be it JSON or multipart."""
        return self.form if self.headers.get("content-type", "").startswith("multipart/") else self.json


class OpenAIServer:
    """Listens on a free port of this machine. ``requests`` holds all that was received, in order; ``gone`` counts
    clients that left before their answer was complete."""

    def __init__(self, script: Mapping[str, Answer] | None = None, port: int = 0) -> None:
        self.script: dict[str, Answer] = {**MODELS, **(script or {})}
        self.requests: list[Request] = []
        self.gone = 0
        self._released = threading.Event()
        self._server = _Listener(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What the ``openai`` client calls so."""
        return f"{self.url}/v1"

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; may be called again."""
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def release(self) -> None:
        """Let answers that are held go on."""
        self._released.set()

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or earlier when released."""
        if seconds:
            self._released.wait(seconds)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go whenever they like; anything else is a fault of these tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        owner = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: OpenAIServer

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        body = self._read()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self.owner.requests.append(request)
        try:
            self._route(request)
        except (BrokenPipeError, ConnectionResetError):
            self.owner.gone += 1
            self.close_connection = True

    def _read(self) -> bytes:
        """The body, by its length or in chunks."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _route(self, request: Request) -> None:
        if request.method == "GET":
            return self._get(request)
        try:
            body = request.fields
        except ValueError as error:
            return self._whole(400, {"error": {"message": str(error), "type": "invalid_request_error"}})
        answer = self.owner.script.get(str(body.get("model", "")), Answer())
        self.owner.wait(0 if body.get("stream") else answer.delay_s)
        if answer.status != 200:
            return self._whole(answer.status, answer.error, answer)
        if answer.body is not None:
            return self._send(200, answer.body, answer.media_type, answer)
        if answer.stream_options == "refused" and "stream_options" in body:
            return self._whole(400, STREAM_OPTIONS_REFUSED)
        return self._say(request.endpoint, body, answer)

    def _get(self, request: Request) -> None:
        if request.endpoint == "/models":
            models = [{"id": name, "object": "model", "created": CREATED, "owned_by": "tests"} for name in MODELS]
            return self._whole(200, {"object": "list", "data": models})
        if request.endpoint.startswith("/responses/"):
            return self._whole(200, response({"model": "gpt-4o-mini"}, Answer()))
        return self._whole(
            404, {"error": {"message": f"no such path: {request.path}", "type": "invalid_request_error"}}
        )

    def _say(self, endpoint: str, body: Mapping[str, Any], answer: Answer) -> None:
        if endpoint == "/audio/speech":
            if body.get("stream_format") == "sse":
                return self._stream(speech_events(body, answer), answer)
            return self._send(200, SOUND, "audio/mpeg", answer)
        if endpoint not in ENDPOINTS:
            return self._whole(
                404, {"error": {"message": f"no such path: {endpoint}", "type": "invalid_request_error"}}
            )
        whole, events = ENDPOINTS[endpoint]
        if str(body.get("stream", "")).lower() == "true" and events is not None:
            stream = events(body, answer)
            return self._stream(with_usage(stream, body, answer) if endpoint in _SAMPLED else stream, answer)
        if answer.hold_after is not None:
            self.owner.wait(PATIENCE_S)
        if endpoint.startswith("/audio/") and body.get("response_format") in ("text", "srt", "vtt"):
            return self._send(200, "".join(answer.pieces).encode() + b"\n", "text/plain; charset=utf-8", answer)
        return self._whole(200, whole(body, answer), answer)

    def _missing(self) -> None:
        self._whole(404, {"error": {"message": f"no such path: {self.path}", "type": "invalid_request_error"}})

    def _stream(self, events: Iterable[Mapping[str, Any]], answer: Answer) -> None:
        self._head(200, "text/event-stream; charset=utf-8", answer)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        has_names = False
        for number, event in enumerate(events):
            if number == answer.hold_after:
                self.owner.wait(PATIENCE_S)
            self.owner.wait(answer.delay_s)
            if number == answer.cut_after:
                self.close_connection = True
                return
            if number == answer.broken_after:
                self._event(b'data: {"choices": [\n\n', answer)
            has_names = has_names or "type" in event
            name = f"event: {event['type']}\n" if has_names else ""
            self._event(f"{name}data: {json.dumps(event, separators=(',', ':'))}\n\n".encode(), answer)
        if not has_names:
            self._event(b"data: [DONE]\n\n", answer)
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, data: bytes, answer: Answer) -> None:
        size = answer.write_bytes or len(data)
        for start in range(0, len(data), size):
            part = data[start : start + size]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def _whole(self, status: int, value: Any, answer: Answer | None = None) -> None:
        self._send(status, json.dumps(value).encode(), "application/json", answer or Answer())

    def _send(self, status: int, body: bytes, media_type: str, answer: Answer) -> None:
        self._head(status, media_type, answer)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if answer.cut_after is not None:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self.wfile.write(body)

    def _head(self, status: int, media_type: str, answer: Answer) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("x-request-id", f"req_{len(self.owner.requests)}")
        for name, value in answer.headers.items():
            self.send_header(name, value)

    def log_message(self, format: str, *arguments: object) -> None:
        pass
