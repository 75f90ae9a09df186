"""The message events of OTel GenAI up to 1.36: one event per message, its name tells the role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .. import names
from .chat import message_of, with_parts
from .model import Exchange, Message
from .tolerant_json import decode

_ROLES: Final[Mapping[str, str]] = {
    names.EVENT_SYSTEM_MESSAGE: "system",
    names.EVENT_USER_MESSAGE: "user",
    names.EVENT_ASSISTANT_MESSAGE: "assistant",
    names.EVENT_TOOL_MESSAGE: "tool",
    names.EVENT_CHOICE: "assistant",
}
MESSAGE_EVENTS: Final = tuple(_ROLES)


def exchange_of_events(events: Iterable[tuple[str, Any]]) -> Exchange:
    """Messages of events given as (name, payload); events of other names are passed over.

    Payloads are objects, or texts that encode them: a message ``{"role"?, "content"?, "tool_calls"?, "id"?}``, for a
    choice ``{"index", "finish_reason", "message": {…}}`` (some have the message's fields at the top).
    """
    given: list[Message] = []
    answers: list[Message] = []
    for name, payload in events:
        role = _ROLES.get(name)
        if role is not None:
            (answers if name == names.EVENT_CHOICE else given).append(_message(payload, role))
    return Exchange(input=with_parts(given), output=with_parts(answers))


def _message(payload: Any, role: str) -> Message:
    decoded, truncated = decode(payload)
    if isinstance(decoded, Mapping):
        # A choice without content has a message of nothing but its role; the role of a tool's answer may be missing.
        fields: dict[str, Any] = {"role": role, **decoded}
        inner = decode(decoded.get("message")).value
        if isinstance(inner, str | list):  # Strands Agents: the content alone
            fields.setdefault("content", inner)
        message = message_of(fields, role)
    else:
        message = message_of(payload if truncated else decoded, role)
        truncated = False
    if truncated:
        message["truncated"] = True
    return message
