"""A streamed response put together again, as the API would have sent it whole.

Everything in a stream is somebody else's: a piece of another type than expected is passed over. What is missing because
the stream broke off is missing in the result, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .calls import Api

Object = dict[str, Any]


class _Text(list[str]):
    """A text in the making. Adding to a string copies it, and a stream has very many pieces."""


# Text that comes in pieces. Reasoning has no name of its own in OpenAI's API; servers that show it use these.
_TEXTS: Final = ("content", "refusal", "reasoning_content", "reasoning", "thinking")
_PIECES: Final = "pieces of text"
_HEAD: Final = ("id", "model", "usage", "error", "service_tier", "system_fingerprint")


def joined(api: Api, pieces: Iterable[Any]) -> Object:
    """The response that ``pieces``, the parsed JSON of its events or lines, are parts of."""
    objects = [piece for piece in pieces if isinstance(piece, dict)]
    join = _responses if api is Api.RESPONSES else _ollama if api.is_ollama else _choices
    whole: Object = _settled(join(objects))
    return whole


def _choices(chunks: Iterable[Mapping[str, Any]]) -> Object:
    """Chat completions and completions: each chunk has pieces of some choices, the last one may have the usage."""
    response: Object = {}
    choices: dict[int, Object] = {}
    for chunk in chunks:
        _set(response, chunk, _HEAD)
        for piece in _objects(chunk.get("choices")):
            choice = choices.setdefault(_index(piece), {})
            _set(choice, piece, ("finish_reason",))
            _append(choice, piece, ("text",))
            if isinstance(delta := piece.get("delta"), dict):
                _add_delta(choice.setdefault("message", {"role": "assistant"}), delta)
    if choices:
        response["choices"] = [{"index": index, **choices[index]} for index in sorted(choices)]
    for choice in response.get("choices", ()):
        if calls := choice.get("message", {}).get("tool_calls"):
            choice["message"]["tool_calls"] = [calls[index] for index in sorted(calls)]
    return response


def _add_delta(message: Object, delta: Mapping[str, Any]) -> None:
    _set(message, delta, ("role",))
    _append(message, delta, _TEXTS)
    if isinstance(call := delta.get("function_call"), dict):
        _add_function(message.setdefault("function_call", {}), call)
    for position, piece in enumerate(_objects(delta.get("tool_calls"))):
        call = _call_at(message.setdefault("tool_calls", {}), _index(piece, position), piece.get("id"))
        _set(call, piece, ("id", "type"))
        if isinstance(function := piece.get("function"), dict):
            _add_function(call.setdefault("function", {}), function)


def _call_at(calls: dict[int, Object], index: int, call_id: Any) -> Object:
    """The call a piece belongs to. Servers that send whole calls may number them all alike; their ids differ."""
    if call_id and calls.get(index, {}).get("id", call_id) != call_id:
        same = [at for at, call in calls.items() if call.get("id") == call_id]
        index = same[0] if same else max(calls) + 1
    return calls.setdefault(index, {})


def _add_function(function: Object, piece: Mapping[str, Any]) -> None:
    _set(function, piece, ("name",))
    _append(function, piece, ("arguments",))


def _ollama(lines: Iterable[Mapping[str, Any]]) -> Object:
    """Every line is a response by itself; the last one has the counts."""
    response: Object = {}
    message: Object = {}
    for line in lines:
        _set(response, line, [key for key in line if key not in ("message", "response", "thinking")])
        _append(response, line, ("response", "thinking"))
        if isinstance(piece := line.get("message"), dict):
            _set(message, piece, ("role",))
            _append(message, piece, ("content", "thinking"))
            for name in ("tool_calls", "images"):
                if isinstance(items := piece.get(name), list):
                    message.setdefault(name, []).extend(items)
    return response | {"message": message} if message else response


def _responses(events: Iterable[Mapping[str, Any]]) -> Object:
    """The Responses API ends with the whole response; until then there are its items, whole or in pieces."""
    response: Object = {}
    items: dict[int, Object] = {}
    for event in events:
        kind = event.get("type")
        if isinstance(whole := event.get("response"), dict):
            response.update(whole)
        elif kind == "error":
            response["error"] = event.get("error") or event
        elif kind in ("response.output_item.added", "response.output_item.done"):
            if isinstance(item := event.get("item"), dict):
                items[_index(event, name="output_index")] = dict(item)
        elif isinstance(delta := event.get("delta"), str):
            _add_item_delta(items.setdefault(_index(event, name="output_index"), {}), str(kind), delta)
    if items and not response.get("output"):
        response["output"] = [_whole_item(items[index]) for index in sorted(items)]
    return response


def _add_item_delta(item: Object, kind: str, delta: str) -> None:
    if kind == "response.function_call_arguments.delta":
        _append(item, {"arguments": delta}, ("arguments",))
    elif kind == "response.custom_tool_call_input.delta":
        _append(item, {"input": delta}, ("input",))
    elif kind in ("response.output_text.delta", "response.refusal.delta"):
        _append(item, {_PIECES: delta}, (_PIECES,))
    elif kind.startswith("response.reasoning"):
        item.setdefault("type", "reasoning")
        _append(item, {_PIECES: delta}, (_PIECES,))


def _whole_item(item: Object) -> Object:
    text = "".join(item.pop(_PIECES, ()))
    if not text:
        return item
    if item.get("type") == "reasoning":
        return {**item, "summary": [{"type": "summary_text", "text": text}]}
    return {"type": "message", "role": "assistant", **item, "content": [{"type": "output_text", "text": text}]}


def _set(into: Object, source: Mapping[str, Any], keys: Iterable[str]) -> None:
    for key in keys:
        if source.get(key) is not None:
            into[key] = source[key]


def _append(into: Object, source: Mapping[str, Any], keys: Iterable[str]) -> None:
    for key in keys:
        if isinstance(text := source.get(key), str):
            before = into.get(key)
            if not isinstance(before, _Text):
                into[key] = before = _Text([before] if isinstance(before, str) else ())
            before.append(text)


def _settled(value: Any, depth: int = 0) -> Any:
    """The value with its texts made; they lie at most eight levels deep (choices, messages, calls, functions)."""
    if isinstance(value, _Text):
        return "".join(value)
    if depth < 8 and isinstance(value, dict):
        return {key: _settled(item, depth + 1) for key, item in value.items()}
    if depth < 8 and isinstance(value, list):
        return [_settled(item, depth + 1) for item in value]
    return value


def _objects(value: Any) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _index(piece: Mapping[str, Any], otherwise: int = 0, name: str = "index") -> int:
    index = piece.get(name)
    return index if isinstance(index, int) else otherwise
