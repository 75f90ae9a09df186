"""The attributes of a model call, from the request and the response of its API. What is not said is left out, and is
never 0."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from traceway_semconv import names
from traceway_semconv.messages.model import Exchange as Content
from traceway_semconv.messages.payloads import request_of, response_of
from traceway_semconv.messages.plain import compact

from .calls import Api, Call
from .payload import Payload

Value: TypeAlias = str | int | float | bool | list[str]
Attributes: TypeAlias = dict[str, Value]
Object: TypeAlias = Mapping[str, Any]

MAX_CONTENT_CHARACTERS: Final = 4 << 20
"""Of one content attribute; a longer one is cut off, and its last message is then shown as truncated."""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: Any) -> list[str] | None:
    texts = [value] if isinstance(value, str) else value
    return texts if isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts) else None


def _several(value: Any) -> int | None:
    count = _count(value)
    return count if count != 1 else None


# Attribute, how its value is read, and where a request has it: OpenAI's names, then those of Ollama's options.
_PARAMETERS: Final[tuple[tuple[str, Callable[[Any], Value | None], tuple[str, ...]], ...]] = (
    (names.REQUEST_TEMPERATURE, _number, ("temperature",)),
    (names.REQUEST_TOP_P, _number, ("top_p",)),
    (names.REQUEST_TOP_K, _integer, ("top_k",)),
    (
        names.REQUEST_MAX_TOKENS,
        _count,
        ("max_completion_tokens", "max_output_tokens", "max_tokens", "num_predict"),
    ),
    (names.REQUEST_SEED, _integer, ("seed",)),
    (names.REQUEST_STOP_SEQUENCES, _texts, ("stop",)),
    (names.REQUEST_FREQUENCY_PENALTY, _number, ("frequency_penalty",)),
    (names.REQUEST_PRESENCE_PENALTY, _number, ("presence_penalty",)),
    (names.REQUEST_CHOICE_COUNT, _several, ("n",)),
)
# Attribute, and the paths to it in a response: chat completions, responses, Ollama.
_USAGE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (names.INPUT_TOKENS, ("usage.prompt_tokens", "usage.input_tokens", "prompt_eval_count")),
    (names.OUTPUT_TOKENS, ("usage.completion_tokens", "usage.output_tokens", "eval_count")),
    (
        names.CACHE_READ_TOKENS,
        ("usage.prompt_tokens_details.cached_tokens", "usage.input_tokens_details.cached_tokens"),
    ),
    (
        names.REASONING_TOKENS,
        ("usage.completion_tokens_details.reasoning_tokens", "usage.output_tokens_details.reasoning_tokens"),
    ),
)


def request_model(call: Call, request: Object) -> str:
    """The model asked for, "" if it is not known."""
    model = request.get("model")
    return model if isinstance(model, str) and model else call.deployment


def call_attributes(call: Call, payload: Payload) -> Attributes:
    """All that request and response say, but for errors."""
    request, response = payload.request, payload.response
    found: dict[str, Value | None] = {
        names.REQUEST_MODEL: request_model(call, request) or None,
        names.RESPONSE_MODEL: _text(response.get("model")),
        names.RESPONSE_ID: _text(response.get("id")),
        names.CONVERSATION_ID: _text(_at(request, "conversation.id")) or _text(request.get("conversation")),
        names.USER_ID: _text(request.get("user")),
        names.REQUEST_STREAM: payload.is_stream,
        names.FINISH_REASONS: list(dict.fromkeys(_finish_reasons(response))) or None,
        **_parameters(request),
        **_content(call.api, request, response),
    }
    if call.api is not Api.EMBEDDINGS and call.api is not Api.OLLAMA_EMBED:
        found[names.OUTPUT_TOKENS] = _first_count(response, names.OUTPUT_TOKENS)
    else:
        found[names.EMBEDDINGS_DIMENSION_COUNT] = _dimensions(response)
    for attribute in (names.INPUT_TOKENS, names.CACHE_READ_TOKENS, names.REASONING_TOKENS):
        found[attribute] = _first_count(response, attribute)
    return {key: value for key, value in found.items() if value is not None}


def _first_count(response: Object, attribute: str) -> int | None:
    paths = dict(_USAGE)[attribute]
    return next((count for path in paths if (count := _count(_at(response, path))) is not None), None)


def _parameters(request: Object) -> dict[str, Value | None]:
    options = request.get("options")
    given = {**options, **request} if isinstance(options, Mapping) else request
    return {
        attribute: next((value for key in keys if (value := read(given.get(key))) is not None), None)
        for attribute, read, keys in _PARAMETERS
    }


def _finish_reasons(response: Object) -> Iterator[str]:
    """One for each choice. The Responses API has a status instead, and why an answer is incomplete."""
    for choice in _list(response.get("choices")):
        if isinstance(choice, Mapping) and (reason := _text(choice.get("finish_reason"))):
            yield reason
    if reason := _text(response.get("done_reason")) or _text(_at(response, "incomplete_details.reason")):
        yield reason
    elif response.get("status") == "completed":
        calls = any(
            _at(item, "type") in ("function_call", "custom_tool_call") for item in _list(response.get("output"))
        )
        yield "tool_calls" if calls else "stop"


def _content(api: Api, request: Object, response: Object) -> dict[str, Value | None]:
    if api in (Api.EMBEDDINGS, Api.OLLAMA_EMBED):
        texts = _texts(request.get("input")) or _texts(request.get("prompt"))
        return (
            {names.INPUT_MESSAGES: _json(request_of([{"role": "user", "content": text} for text in texts]).input)}
            if texts
            else {}
        )
    if api is Api.OLLAMA_GENERATE:
        request, response = _as_chat(request, response)
    asked: Content = request_of(dict(request))
    answer: Content = response_of(dict(response)) if "error" not in response or _has_answer(response) else Content()
    return {
        names.INPUT_MESSAGES: _json(asked.input),
        names.OUTPUT_MESSAGES: _json(answer.output),
        names.SYSTEM_INSTRUCTIONS: _json(asked.system),
        names.TOOL_DEFINITIONS: _json(asked.tools),
    }


def _as_chat(request: Object, response: Object) -> tuple[Object, Object]:
    """Ollama's generate in the words of its chat, which has a place for thoughts and images."""
    asked = {"role": "user", "content": request.get("prompt"), "images": request.get("images")}
    answer = {"role": "assistant", "content": response.get("response"), "thinking": response.get("thinking")}
    request = {"messages": [asked], "system": request.get("system")} if request.get("prompt") is not None else {}
    told = response.get("response") is not None or response.get("thinking") is not None
    reason = {"done_reason": response["done_reason"]} if response.get("done_reason") else {}
    return request, {"message": answer, **reason} if told else {}


def _has_answer(response: Object) -> bool:
    return any(response.get(key) for key in ("choices", "output", "message"))


def _dimensions(response: Object) -> int | None:
    """The length of the first vector: a list of numbers, or 32-bit floats in base64."""
    first = next(iter(_list(response.get("data"))), None)
    vector = _at(first, "embedding") if first is not None else response.get("embedding")
    vector = vector or next(iter(_list(response.get("embeddings"))), None)
    if isinstance(vector, list):
        return len(vector) or None
    if isinstance(vector, str):
        try:
            return len(base64.b64decode(vector, validate=True)) // 4 or None
        except binascii.Error:
            return None
    return None


def _json(value: Iterable[Any] | None) -> str | None:
    return compact(value)[:MAX_CONTENT_CHARACTERS] if value else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(value: Any, path: str) -> Any:
    """What lies at a path of names in objects; None where one is missing."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
