"""A stand-in for a model, so that the example runs offline: it speaks as much of the APIs of OpenAI and Ollama as a
client needs, and answers from a few rules instead of a network of neurons.

    python model.py [PORT]
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PACE_S = 0.004
"""Between two words: a model takes its time."""

_DIMENSIONS = 64


def answer(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The next message: first it asks for the order the letter names, then it writes the reply."""
    letter = next(str(each["content"]) for each in messages if each["role"] == "user")
    results = [str(each["content"]) for each in messages if each["role"] == "tool"]
    order = re.search(r"(?<!\d)\d{4}(?!\d)", letter)
    if not results and order:
        call = {"name": "look_up_order", "arguments": json.dumps({"order": int(order.group())})}
        call_id = "call_" + hashlib.sha256(letter.encode()).hexdigest()[:12]
        return {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": call_id, "type": "function", "function": call}],
        }
    name = letter.strip().splitlines()[-1]
    known = results[-1] if results else "no order was named"
    rule = " ".join(str(messages[0]["content"]).split("Policy:")[-1].split()[:40])
    text = f"Dear {name},\n\nthank you for your letter. What we found: {known}. {rule} …\n\nYour shop"
    return {"role": "assistant", "content": text}


def embedding(text: str) -> list[float]:
    """Words, hashed into a few dimensions: enough to find the policy that shares the most of them."""
    vector = [0.0] * _DIMENSIONS
    for word in re.findall(r"\w{4,}", text.lower()):
        vector[hashlib.sha256(word[:6].encode()).digest()[0] % _DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def tokens(value: Any) -> int:
    """Roughly as many as a tokenizer would find."""
    return max(1, len(json.dumps(value, ensure_ascii=False)) // 4)


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    calls = 0

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/v1/chat/completions":
            Handler.calls += 1
            if Handler.calls == 9:  # as real ones do now and then; the client tries again
                self._json({"error": {"message": "The server is overloaded.", "type": "server_error"}}, status=503)
            elif request.get("stream"):
                self._stream("text/event-stream", self._openai_chunks(request))
            else:
                self._json(self._openai(request))
        elif self.path == "/api/embed":
            texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
            vectors = [embedding(text) for text in texts]
            self._json({"model": request["model"], "embeddings": vectors, "prompt_eval_count": tokens(texts)})
        elif self.path == "/api/chat":
            self._stream("application/x-ndjson", self._ollama_chunks(request))
        else:
            self._json({"error": f"no such path: {self.path}"}, status=404)

    def _openai(self, request: dict[str, Any]) -> dict[str, Any]:
        message = answer(request["messages"])
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        choice = {"index": 0, "message": message, "finish_reason": reason}
        return {**self._head(request, "chat.completion"), "choices": [choice], "usage": self._usage(request, message)}

    def _openai_chunks(self, request: dict[str, Any]) -> Iterator[str]:
        message = answer(request["messages"])
        head = self._head(request, "chat.completion.chunk")
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": word} for word in re.findall(r"\S+\s*", message["content"] or "")]
        deltas += [{"tool_calls": [{"index": 0, **call}]} for call in message.get("tool_calls", ())]
        for delta in deltas:
            yield (
                "data: "
                + json.dumps({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
                + "\n\n"
            )
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        yield "data: " + json.dumps({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}) + "\n\n"
        if (request.get("stream_options") or {}).get("include_usage"):
            yield "data: " + json.dumps({**head, "choices": [], "usage": self._usage(request, message)}) + "\n\n"
        yield "data: [DONE]\n\n"

    def _ollama_chunks(self, request: dict[str, Any]) -> Iterator[str]:
        verdict = "Friendly and to the point. It names the order and what happens next. Send it."
        head = {"model": request["model"], "created_at": "2026-01-01T00:00:00Z"}
        for word in re.findall(r"\S+\s*", verdict):
            yield json.dumps({**head, "message": {"role": "assistant", "content": word}, "done": False}) + "\n"
        counts = {"prompt_eval_count": tokens(request["messages"]), "eval_count": tokens(verdict)}
        last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
        yield json.dumps({**head, **last, **counts, "total_duration": 90_000_000, "load_duration": 4_000_000}) + "\n"

    def _head(self, request: dict[str, Any], kind: str) -> dict[str, Any]:
        identity = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:24]
        return {"id": f"chatcmpl-{identity}", "object": kind, "created": int(time.time()), "model": request["model"]}

    def _usage(self, request: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
        asked, said = tokens(request["messages"]), tokens(message)
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, media: str, chunks: Iterator[str]) -> None:
        self.send_response(200)
        self.send_header("content-type", media)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            data = chunk.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            time.sleep(PACE_S)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the example's own output is what counts."""


def serve(port: int = 0) -> ThreadingHTTPServer:
    """A server on this machine, not yet serving; port 0 picks a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


if __name__ == "__main__":
    server = serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
