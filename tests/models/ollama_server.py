"""An Ollama server for tests: its protocol over real sockets, answers by script instead of a model.

``with OllamaServer() as server: Client(server.url).chat("llama3.2", …)``. The name of the model says what happens;
those of ``MODELS`` are built in, ``server.script["mine"] = Answer(…)`` adds others. Source: docs/api.md of
ollama/ollama.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CREATED_AT = "2026-11-21T13:00:00.123456789Z"
PATIENCE_S = 30.0
USAGE = {
    "total_duration": 5_000_000_000,
    "load_duration": 1_000_000_000,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 500_000_000,
    "eval_count": 9,
    "eval_duration": 3_000_000_000,
}
TOOL_CALL = {"function": {"name": "weather", "arguments": {"city": "Bern", "days": 2}}}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
"""A PNG of one pixel, in base64 as Ollama has images."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says. ``pieces`` are parts of a message (``content``, ``thinking``, ``tool_calls``, ``image``): one
    chunk each in a stream, otherwise joined. The numbers in ``*_after`` count chunks of a stream, from 0."""

    pieces: tuple[Mapping[str, Any], ...] = ({"content": "Hel"}, {"content": "lo"}, {"content": "."})
    usage: Mapping[str, int] = field(default_factory=lambda: dict(USAGE))
    done_reason: str = "stop"
    status: int = 200
    error: str = ""
    """With a status other than 200: the body. Otherwise an error object in the stream, after ``error_after`` chunks."""
    error_after: int | None = None
    broken_after: int | None = None
    """A line that is no JSON follows."""
    cut_after: int | None = None
    """The connection ends, and the end of the body is not there."""
    hold_after: int | None = None
    """Nothing more is sent until ``server.release()``; without a stream: no answer at all until then."""
    delay_s: float = 0.0
    """Before each chunk, or before the answer."""


MODELS: dict[str, Answer] = {
    "llama3.2": Answer(),
    "thinking": Answer(({"thinking": "They greet"}, {"thinking": " me."}, {"content": "Hello"}, {"content": "."})),
    "tools": Answer(({"content": ""}, {"tool_calls": [TOOL_CALL]}, {"tool_calls": [TOOL_CALL]})),
    "painter": Answer(({"image": PIXEL},)),
    "cut-short": Answer(done_reason="length"),
    "cached": Answer(usage={key: value for key, value in USAGE.items() if key != "prompt_eval_count"}),
    "silent": Answer(pieces=()),
    "missing": Answer(status=404, error="model 'missing' not found"),
    "bad": Answer(status=400, error="invalid options: temperature"),
    "crash": Answer(status=500, error="llama runner process has terminated"),
    "error-stream": Answer(error="an error was encountered while running the model", error_after=2),
    "broken-stream": Answer(broken_after=1),
    "cut-stream": Answer(cut_after=1),
    "held": Answer(hold_after=1),
    "slow": Answer(delay_s=0.05),
}


@dataclass(frozen=True)
class Request:
    """One request as it was received; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> dict[str, Any]:
        read = json.loads(self.body or b"{}")
        assert isinstance(read, dict)
        return read


class OllamaServer:
    """Listens on a free port of this machine. ``requests`` holds all that was received, in order; ``gone`` counts
    clients that left before their answer was complete."""

    def __init__(self, script: Mapping[str, Answer] | None = None, port: int = 0) -> None:
        self.script: dict[str, Answer] = {**MODELS, **(script or {})}
        self.requests: list[Request] = []
        self.gone = 0
        self._released = threading.Event()
        self._server = _Listener(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> OllamaServer:
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
        self._released.wait(seconds)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    owner: OllamaServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go whenever they like; anything else is a fault of these tests."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _chat(pieces: Mapping[str, Any]) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": "", **pieces}}


def _generate(pieces: Mapping[str, Any]) -> dict[str, Any]:
    return {"response": pieces.get("content", ""), **{k: v for k, v in pieces.items() if k != "content"}}


_SHAPES = {"/api/chat": _chat, "/api/generate": _generate}


def chunks(path: str, model: str, answer: Answer) -> Iterator[dict[str, Any]]:
    """The objects of a stream; the last one is done and has the usage."""
    shape, head = _SHAPES[path], {"model": model, "created_at": CREATED_AT}
    for piece in answer.pieces:
        yield head | shape(piece) | {"done": False}
    yield head | shape({}) | {"done": True, "done_reason": answer.done_reason, **answer.usage}


def whole(path: str, model: str, answer: Answer) -> dict[str, Any]:
    """The one object without a stream."""
    joined: dict[str, Any] = {}
    for piece in answer.pieces:
        for key, value in piece.items():
            joined[key] = joined[key] + value if key in joined else value
    return next(chunks(path, model, replace(answer, pieces=()))) | _SHAPES[path](joined)


def _vector(text: str, dimensions: int) -> list[float]:
    return [len(text) + n / 8 for n in range(dimensions)]


def _embed(body: Mapping[str, Any]) -> dict[str, Any]:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    usage = {key: USAGE[key] for key in ("total_duration", "load_duration", "prompt_eval_count")}
    return {"model": body["model"], "embeddings": [_vector(text, body.get("dimensions", 4)) for text in texts], **usage}


_MODEL = {"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 2_019_393_189, "digest": "a80c4f17acd5"}
_PULL = (
    {"status": "pulling manifest"},
    {"status": "pulling dde5aa3fc5ff", "digest": "sha256:dde5aa3fc5ff", "total": 100, "completed": 50},
    {"status": "pulling dde5aa3fc5ff", "digest": "sha256:dde5aa3fc5ff", "total": 100, "completed": 100},
    {"status": "success"},
)
_FIXED: dict[tuple[str, str], Any] = {
    ("GET", "/api/tags"): {"models": [_MODEL]},
    ("GET", "/api/ps"): {"models": [_MODEL]},
    ("GET", "/api/version"): {"version": "0.12.0"},
    ("POST", "/api/show"): {"details": {"family": "llama"}, "model_info": {}, "capabilities": ["completion", "tools"]},
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self.server.owner.requests.append(request)
        try:
            self._route(request)
        except (BrokenPipeError, ConnectionResetError):
            self.server.owner.gone += 1
            self.close_connection = True

    def _route(self, request: Request) -> None:
        if (self.command, self.path) in _FIXED:
            return self._whole(200, _FIXED[self.command, self.path])
        try:
            body = request.json
        except ValueError as error:
            return self._whole(400, {"error": str(error)})
        answer = self.server.owner.script.get(body.get("model", ""), Answer())
        if answer.status != 200:
            return self._whole(answer.status, {"error": answer.error})
        if self.path in _SHAPES:
            return self._say(body, answer)
        if self.path == "/api/pull":
            return self._stream(_PULL, answer) if body.get("stream", True) else self._whole(200, _PULL[-1])
        if self.path == "/api/embed":
            return self._whole(200, _embed(body))
        if self.path == "/api/embeddings":
            return self._whole(200, {"embedding": _vector(body.get("prompt", ""), 3)})
        return self._whole(404, {"error": f"no such path: {self.path}"})

    def _say(self, body: Mapping[str, Any], answer: Answer) -> None:
        if body.get("stream", True):
            return self._stream(chunks(self.path, body["model"], answer), answer)
        if answer.hold_after is not None:
            self.server.owner.wait(PATIENCE_S)
        self.server.owner.wait(answer.delay_s)
        if answer.cut_after is not None:
            self.close_connection = True
            return None
        if answer.broken_after is not None:
            return self._send(200, b'{"model": "no end')
        return self._whole(200, whole(self.path, body["model"], answer))

    def _stream(self, objects: Any, answer: Answer) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/x-ndjson")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, each in enumerate(objects):
            if number == answer.hold_after:
                self.server.owner.wait(PATIENCE_S)
            self.server.owner.wait(answer.delay_s)
            if number == answer.cut_after:
                self.close_connection = True
                return
            if number == answer.broken_after:
                self._chunk(b'{"model": "no end\n')
            if number == answer.error_after:
                self._chunk(_line({"error": answer.error}))
                break
            self._chunk(_line(each))
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _whole(self, status: int, value: Any) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
