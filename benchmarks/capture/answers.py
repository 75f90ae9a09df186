"""A server that answers at once with fixed bytes: model APIs, and OTLP that is acknowledged and thrown away.

Run as ``python -m benchmarks.capture.answers``; it prints its address and serves until its stdin is closed. It costs as
little as a server in Python can, because every cycle spent here is one the measured program does not get.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_WORDS = ("On", " its", " way", ",", " it", " will", " be", " there", " tomorrow", ".") * 3
_USAGE = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
_CHUNK = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini"}
_OLLAMA = {"model": "llama3.2", "created_at": "2026-01-01T00:00:00Z"}
_COUNTS = {"done": True, "done_reason": "stop", "prompt_eval_count": 120, "eval_count": 30, "total_duration": 5_000_000}


def _openai() -> bytes:
    message = {"role": "assistant", "content": "".join(_WORDS)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({**_CHUNK, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()


def _openai_stream(with_usage: bool) -> bytes:
    deltas = [{"index": 0, "delta": {"content": word}, "finish_reason": None} for word in _WORDS]
    chunks = [{**_CHUNK, "choices": [each]} for each in (*deltas, {"index": 0, "delta": {}, "finish_reason": "stop"})]
    if with_usage:
        chunks.append({**_CHUNK, "choices": [], "usage": _USAGE})
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"


def _ollama(stream: bool) -> bytes:
    last = {**_OLLAMA, "message": {"role": "assistant", "content": ""}, **_COUNTS}
    if not stream:
        return json.dumps({**last, "message": {"role": "assistant", "content": "".join(_WORDS)}}).encode()
    parts = [{**_OLLAMA, "message": {"role": "assistant", "content": word}, "done": False} for word in _WORDS]
    return "".join(json.dumps(part) + "\n" for part in (*parts, last)).encode()


_BODIES = {
    ("openai", False, False): ("application/json", _openai()),
    ("openai", True, False): ("text/event-stream", _openai_stream(False)),
    ("openai", True, True): ("text/event-stream", _openai_stream(True)),
    ("ollama", False, False): ("application/json", _ollama(False)),
    ("ollama", True, False): ("application/x-ndjson", _ollama(True)),
}
_BULK = b"x" * (1 << 20)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lower = head.lower()
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower else 0
            body = await reader.readexactly(length)
            path = head.split(b" ", 2)[1].decode()
            if path.startswith("/v1/") and path.rsplit("/", 1)[1] in {"traces", "logs", "metrics"}:
                media, answer = "application/x-protobuf", b""
            elif path == "/bulk":
                media, answer = "application/octet-stream", _BULK * 64
            else:
                streamed = b'"stream":true' in body.replace(b" ", b"")
                family = "ollama" if path.startswith("/api/") else "openai"
                with_usage = family == "openai" and streamed and b"include_usage" in body
                media, answer = _BODIES[(family, streamed, with_usage)]
            writer.write(
                f"HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ncontent-length: {len(answer)}\r\n\r\n".encode() + answer
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=1 << 26)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


@contextmanager
def answers() -> Iterator[str]:
    """The server in a process of its own; yields its address."""
    command = [sys.executable, "-m", "benchmarks.capture.answers"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)


if __name__ == "__main__":
    asyncio.run(_main())
