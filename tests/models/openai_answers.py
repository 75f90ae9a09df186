"""What an OpenAI-compatible server says: the JSON and the events of each endpoint, from an ``Answer``.

Source: the API reference of OpenAI, and of the compatible servers for ``reasoning_content``.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CREATED = 1_763_730_000
USAGE = {
    "prompt_tokens": 26,
    "completion_tokens": 9,
    "total_tokens": 35,
    "prompt_tokens_details": {"cached_tokens": 16},
    "completion_tokens_details": {"reasoning_tokens": 4},
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
"""A PNG of one pixel, in base64."""
SOUND = b"ID3\x04\x00" + bytes(range(256)) * 8
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool; in a stream its arguments come in ``pieces``."""

    name: str = "weather"
    pieces: tuple[str, ...] = ('{"city": ', '"Bern"}')
    id: str = "call_1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says, and how. The numbers in ``*_after`` count events of a stream, from 0; of an answer that is no
    stream they mean its body."""

    pieces: tuple[str, ...] = ("Hel", "lo", ".")
    reasoning: tuple[str, ...] = ()
    reasoning_key: Literal["reasoning_content", "reasoning"] = "reasoning_content"
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: tuple[str, ...] = ()
    finish_reason: str = ""
    """By default what follows from the above."""
    usage: Mapping[str, Any] | None = field(default_factory=lambda: dict(USAGE))
    stream_options: Literal["honoured", "ignored", "refused"] = "honoured"
    usage_with_last: bool = False
    """Usage is in the last chunk with a choice, asked for or not, as some compatible servers have it."""
    chunks: tuple[Mapping[str, Any], ...] | None = None
    """The ``choices`` and more of each chunk of a chat stream, instead of all the above."""
    dimensions: int = 4

    status: int = 200
    error: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, as ``media_type``."""
    media_type: str = "application/json"
    delay_s: float = 0.0
    """Before each event, or before the answer."""
    hold_after: int | None = None
    """Nothing more is sent until ``server.release()``."""
    cut_after: int | None = None
    """The connection ends, and the end of the body is not there."""
    broken_after: int | None = None
    """An event that is no JSON follows."""
    write_bytes: int | None = None
    """How many bytes of a stream go into one write; one event by default."""

    @property
    def finished(self) -> str:
        return self.finish_reason or ("tool_calls" if self.tool_calls else "stop")


def _error(message: str, kind: str, **more: Any) -> Json:
    return {"error": {"message": message, "type": kind, "param": None, "code": None, **more}}


STREAM_OPTIONS_REFUSED = _error("Unknown parameter: 'stream_options'.", "invalid_request_error", param="stream_options")

MODELS: dict[str, Answer] = {
    "gpt-4o-mini": Answer(),
    "thinking": Answer(reasoning=("They greet", " me."), pieces=("Hello", ".")),
    "tools": Answer(pieces=(), tool_calls=(ToolCall(), ToolCall("time", ("{}",), "call_2"))),
    "refusing": Answer(pieces=(), refusal=("I can't", " do that.")),
    "cut-short": Answer(finish_reason="length"),
    "silent": Answer(pieces=()),
    "no-usage": Answer(usage=None),
    "old-server": Answer(stream_options="refused"),
    "deaf-server": Answer(stream_options="ignored"),
    "usage-with-last": Answer(usage_with_last=True),
    "bad": Answer(status=400, error=_error("'temperature' is above 2.", "invalid_request_error", param="temperature")),
    "unauthorized": Answer(status=401, error=_error("Incorrect API key.", "invalid_request_error")),
    "missing": Answer(status=404, error=_error("The model does not exist.", "invalid_request_error")),
    "limited": Answer(status=429, error=_error("Rate limit.", "requests"), headers={"retry-after": "0.01"}),
    "crash": Answer(status=500, error=_error("The server had an error.", "server_error")),
    "error-stream": Answer(chunks=({"choices": [{"index": 0, "delta": {"content": "He"}}]}, _error("Full.", "server"))),
    "broken": Answer(body=b'{"id": "chatcmpl-1", "choices": [{'),
    "plain-text": Answer(body=b"upstream is warming up", media_type="text/plain"),
    "broken-stream": Answer(broken_after=2),
    "cut-stream": Answer(cut_after=2),
    "held": Answer(hold_after=2),
    "slow": Answer(delay_s=0.05),
    "shredded": Answer(write_bytes=7),
}
"""The models every server has."""


def _usage(answer: Answer) -> Json:
    return {} if answer.usage is None else {"usage": dict(answer.usage)}


def _calls(answer: Answer) -> list[Json]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": "".join(call.pieces)}}
        for call in answer.tool_calls
    ]


def _message(answer: Answer) -> Json:
    message: Json = {"role": "assistant", "content": "".join(answer.pieces) or None, "refusal": None}
    if answer.refusal:
        message["refusal"] = "".join(answer.refusal)
    if answer.reasoning:
        message[answer.reasoning_key] = "".join(answer.reasoning)
    if answer.tool_calls:
        message["tool_calls"] = _calls(answer)
    return message


def _head(body: Mapping[str, Any], kind: str, prefix: str) -> Json:
    return {"id": f"{prefix}-1", "object": kind, "created": CREATED, "model": f"{body.get('model')}-2026"}


def chat(body: Mapping[str, Any], answer: Answer) -> Json:
    choices = [
        {"index": index, "message": _message(answer), "logprobs": None, "finish_reason": answer.finished}
        for index in range(body.get("n") or 1)
    ]
    return _head(body, "chat.completion", "chatcmpl") | {"choices": choices} | _usage(answer)


def _deltas(answer: Answer) -> Iterator[Json]:
    yield {"role": "assistant", "content": ""}
    yield from ({answer.reasoning_key: piece} for piece in answer.reasoning)
    yield from ({"content": piece} for piece in answer.pieces)
    yield from ({"refusal": piece} for piece in answer.refusal)
    for index, call in enumerate(answer.tool_calls):
        start = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
        yield {"tool_calls": [{"index": index, **start}]}
        for piece in call.pieces:
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def chat_events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    head = _head(body, "chat.completion.chunk", "chatcmpl")
    if answer.chunks is not None:
        yield from (head | chunk for chunk in answer.chunks)
    else:
        each = range(body.get("n") or 1)
        last: Json = {"index": 0, "delta": {}, "finish_reason": answer.finished}
        for delta in _deltas(answer):
            for index in each:
                yield head | {"choices": [{"index": index, "delta": delta, "logprobs": None, "finish_reason": None}]}
        for index in each:
            yield head | {"choices": [last | {"index": index}]} | (_usage(answer) if answer.usage_with_last else {})


def completion(body: Mapping[str, Any], answer: Answer) -> Json:
    choice = {"text": "".join(answer.pieces), "index": 0, "logprobs": None, "finish_reason": answer.finished}
    return _head(body, "text_completion", "cmpl") | {"choices": [choice]} | _usage(answer)


def completion_events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    head = _head(body, "text_completion", "cmpl")
    for piece in answer.pieces:
        yield head | {"choices": [{"text": piece, "index": 0, "logprobs": None, "finish_reason": None}]}
    yield head | {"choices": [{"text": "", "index": 0, "logprobs": None, "finish_reason": answer.finished}]}


def with_usage(events: Iterator[Json], body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    """As ``stream_options.include_usage`` has it: null in each chunk, and a last one without choices."""
    asked = (body.get("stream_options") or {}).get("include_usage") and answer.stream_options == "honoured"
    if not asked or answer.usage is None or answer.usage_with_last:
        yield from events
        return
    for event in events:
        yield {**event, "usage": None} if "error" not in event else event
    yield event | {"choices": []} | _usage(answer)


def response(body: Mapping[str, Any], answer: Answer, status: str = "completed") -> Json:
    """An object of the Responses API; one that is still in progress has no output yet."""
    done: list[Json] = []
    if answer.reasoning:
        summary = [{"type": "summary_text", "text": "".join(answer.reasoning)}]
        done.append({"id": "rs_1", "type": "reasoning", "summary": summary})
    if answer.pieces:
        text = {"type": "output_text", "text": "".join(answer.pieces), "annotations": []}
        done.append({"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]})
    for call in answer.tool_calls:
        arguments = {"name": call.name, "arguments": "".join(call.pieces), "call_id": call.id}
        done.append({"id": f"fc_{call.id}", "type": "function_call", "status": "completed", **arguments})
    usage = {
        "input_tokens": 26,
        "output_tokens": 9,
        "total_tokens": 35,
        "input_tokens_details": {"cached_tokens": 16},
        "output_tokens_details": {"reasoning_tokens": 4},
    }
    is_done = status == "completed"
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "model": f"{body.get('model')}-2026",
        "output": done if is_done else [],
        "tools": body.get("tools", []),
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "instructions": body.get("instructions"),
        "error": None,
        "incomplete_details": None,
        "usage": usage if is_done and answer.usage else None,
    }


def _item_events(index: int, item: Json, answer: Answer) -> Iterator[Json]:
    place = {"output_index": index, "item_id": item["id"]}
    yield {"type": "response.output_item.added", "output_index": index, "item": {**item, "content": []}}
    if item["type"] == "message":
        part, text = {**place, "content_index": 0}, item["content"][0]
        yield {"type": "response.content_part.added", **part, "part": {**text, "text": ""}}
        for piece in answer.pieces:
            yield {"type": "response.output_text.delta", **part, "delta": piece, "logprobs": []}
        yield {"type": "response.output_text.done", **part, "text": text["text"], "logprobs": []}
        yield {"type": "response.content_part.done", **part, "part": text}
    if item["type"] == "function_call":
        yield {"type": "response.function_call_arguments.delta", **place, "delta": item["arguments"]}
        yield {"type": "response.function_call_arguments.done", **place, "arguments": item["arguments"]}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def response_events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    begun, done = response(body, answer, "in_progress"), response(body, answer)
    events = [{"type": f"response.{state}", "response": begun} for state in ("created", "in_progress")]
    for index, item in enumerate(done["output"]):
        events.extend(_item_events(index, item, answer))
    events.append({"type": "response.completed", "response": done})
    for number, event in enumerate(events):
        yield {**event, "sequence_number": number}


def embeddings(body: Mapping[str, Any], answer: Answer) -> Json:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    dimensions = body.get("dimensions") or answer.dimensions
    data = []
    for index, text in enumerate(texts):
        vector: Any = [len(text) + n / 8 for n in range(dimensions)]
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{dimensions}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    return {"object": "list", "data": data, "model": f"{body.get('model')}-2026", "usage": usage}


_IMAGE_USAGE = {
    "input_tokens": 12,
    "output_tokens": 272,
    "total_tokens": 284,
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 2},
    "output_tokens_details": {"text_tokens": 0, "image_tokens": 272},
}


def image(body: Mapping[str, Any], answer: Answer) -> Json:
    images = [{"b64_json": PIXEL, "revised_prompt": "A small pixel."}] * int(body.get("n") or 1)
    return {"created": CREATED, "data": images, "output_format": "png", "usage": _IMAGE_USAGE}


def _image_events(kind: str) -> Callable[[Mapping[str, Any], Answer], Iterator[Json]]:
    def events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
        about = {"b64_json": PIXEL, "created_at": CREATED, "size": "1024x1024", "quality": "low"}
        about |= {"background": "opaque", "output_format": "png"}
        yield {"type": f"{kind}.partial_image", "partial_image_index": 0, **about}
        yield {"type": f"{kind}.completed", "usage": _IMAGE_USAGE, **about}

    return events


_HEARD_USAGE = {
    "type": "tokens",
    "input_tokens": 14,
    "output_tokens": 9,
    "total_tokens": 23,
    "input_token_details": {"text_tokens": 4, "audio_tokens": 10},
}


def transcription(body: Mapping[str, Any], answer: Answer) -> Json:
    return {"text": "".join(answer.pieces), "usage": _HEARD_USAGE}


def translation(body: Mapping[str, Any], answer: Answer) -> Json:
    return {"text": "".join(answer.pieces)}


def transcription_events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    for piece in answer.pieces:
        yield {"type": "transcript.text.delta", "delta": piece}
    yield {"type": "transcript.text.done", "text": "".join(answer.pieces), "usage": _HEARD_USAGE}


def speech_events(body: Mapping[str, Any], answer: Answer) -> Iterator[Json]:
    for start in range(0, len(SOUND), 1024):
        yield {"type": "speech.audio.delta", "audio": base64.b64encode(SOUND[start : start + 1024]).decode()}
    yield {"type": "speech.audio.done", "usage": {"input_tokens": 14, "output_tokens": 101, "total_tokens": 115}}


def moderation(body: Mapping[str, Any], answer: Answer) -> Json:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    results = []
    for text in texts:
        is_violent = "fight" in str(text)
        categories = {"violence": is_violent, "hate": False}
        scores = {"violence": 0.97 if is_violent else 0.01, "hate": 0.0}
        applied = {"violence": ["text"], "hate": ["text"]}
        results.append({"flagged": is_violent, "categories": categories, "category_scores": scores})
        results[-1]["category_applied_input_types"] = applied
    return {"id": "modr-1", "model": "omni-moderation-2026", "results": results}


Whole = Callable[[Mapping[str, Any], Answer], Json]
Events = Callable[[Mapping[str, Any], Answer], Iterator[Json]]

ENDPOINTS: dict[str, tuple[Whole, Events | None]] = {
    "/chat/completions": (chat, chat_events),
    "/completions": (completion, completion_events),
    "/responses": (response, response_events),
    "/embeddings": (embeddings, None),
    "/images/generations": (image, _image_events("image_generation")),
    "/images/edits": (image, _image_events("image_edit")),
    "/images/variations": (image, None),
    "/audio/transcriptions": (transcription, transcription_events),
    "/audio/translations": (translation, None),
    "/moderations": (moderation, None),
}
"""By path, after the API's prefix: the answer, and its events where it can be streamed."""
