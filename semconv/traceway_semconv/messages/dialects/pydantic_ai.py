"""Pydantic AI's agent spans and the spans of Logfire's own LLM instrumentations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ... import names
from ..chat import messages_of, with_parts
from ..model import Exchange, Message, SpanSource
from ..named_events import exchange_of_events
from ..payloads import request_of, response_of
from ..tolerant_json import decode
from ..tool_definitions import tool_definitions_of

_TOOL_LISTS: Final = ("function_tools", "output_tools")
# The names request_data and response_data are not Logfire's alone: its scope and these keys tell a call of a model.
_LOGFIRE_SCOPE: Final = "logfire"
_REQUEST_KEYS: Final = frozenset(("messages", "prompt", "input"))
_RESPONSE_KEYS: Final = frozenset(("message", "combined_chunk_content", "text", "output"))


def read(span: SpanSource) -> Exchange:
    """The whole conversation of an agent run, split before its last answer; or one request and its response."""
    attributes = span.attributes
    found = _conversation(messages_of(attributes.get(names.PY_ALL_MESSAGES), "user"))
    found = found.completed_by(_conversation(_joined(_events(attributes, names.PY_ALL_MESSAGES_EVENTS))))
    found = found.completed_by(_events(attributes, names.PY_EVENTS))
    if found.input is not None and found.output is None:
        found = found.completed_by(response_of(attributes.get(names.PY_FINAL_RESULT)))
    if span.scope_name.startswith(_LOGFIRE_SCOPE) or not span.scope_name:
        found = found.completed_by(_logfire_call(attributes))
    return found.completed_by(Exchange(tools=_tools(attributes)))


def _logfire_call(attributes: Mapping[str, Any]) -> Exchange:
    request = decode(attributes.get(names.PY_REQUEST_DATA)).value
    if not isinstance(request, Mapping) or not _REQUEST_KEYS & request.keys():
        return Exchange()
    found = request_of(attributes[names.PY_REQUEST_DATA])
    response = decode(attributes.get(names.PY_RESPONSE_DATA)).value
    if isinstance(response, Mapping) and _RESPONSE_KEYS & response.keys():
        found = found.completed_by(response_of(attributes[names.PY_RESPONSE_DATA]))
    return found


def _conversation(messages: list[Message]) -> Exchange:
    if messages and messages[-1]["role"] == "assistant":
        return Exchange(input=with_parts(messages[:-1]), output=with_parts(messages[-1:]))
    return Exchange(input=with_parts(messages))


def _events(attributes: Mapping[str, Any], name: str) -> Exchange:
    listed = decode(attributes.get(name)).value
    named = [event for event in listed if isinstance(event, Mapping)] if isinstance(listed, list) else []
    return exchange_of_events((str(event.get(names.EVENT_NAME)), _payload(event)) for event in named)


def _payload(event: Mapping[str, Any]) -> dict[str, Any]:
    # Beside the message lie the event's name and OTel attributes such as the message's index; all of them have dots.
    return {key: value for key, value in event.items() if "." not in key}


def _joined(exchange: Exchange) -> list[Message]:
    return [*(exchange.input or ()), *(exchange.output or ())]


def _tools(attributes: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    parameters = decode(attributes.get(names.PY_REQUEST_PARAMETERS)).value
    if not isinstance(parameters, Mapping):
        return None
    return tool_definitions_of([parameters.get(name) for name in _TOOL_LISTS])
