"""What all operations have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import InputMessage, MessagePart, OutputMessage, TextPart

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """How one kind of call is described. ``asked`` gets the request's body, ``answered`` the answer: a model of the
    client, JSON, a text or bytes. ``join`` adds an event of a stream to what ``answered`` gets in the end. Content goes
    into messages; whether it is recorded, util-genai knows."""

    name: str
    asked: Callable[[InferenceInvocation, Body], None]
    answered: Callable[[InferenceInvocation, Any], None]
    join: Callable[[dict[str, Any], Any], None]


def said(text: Any) -> list[InputMessage]:
    """What the user said; nothing if it is no text."""
    return [InputMessage(role="user", parts=[TextPart(content=text)])] if isinstance(text, str) and text else []


def replied(*parts: MessagePart, finish_reason: str = "stop") -> OutputMessage:
    return OutputMessage(role="assistant", parts=list(parts), finish_reason=finish_reason)


def no_reasons(invocation: InferenceInvocation) -> None:
    """The API tells no reason why it ended; util-genai would take it from the messages."""
    invocation.finish_reasons = []
