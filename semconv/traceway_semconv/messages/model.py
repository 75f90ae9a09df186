"""The values that flow through the reading of content: what a span carries in, messages out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

# Both are OTel GenAI JSON objects (semantic-conventions-genai, docs/gen-ai/non-normative/models.py):
# Message {"role", "parts", "name"?, "finish_reason"?}, and "truncated": True where a length limit cut it off.
# Part {"type", ...}. The schema allows more types than it names; there are here: refusal {"content"}, json {"content"}
# for a value that is no text, and omitted {"modality", "mime_type"?} for a medium recorded without its content.
Message: TypeAlias = dict[str, Any]
Part: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One span event. ``attributes`` are AnyValues already turned into Python values."""

    name: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One log record with an event name that belongs to the span. Older SDKs have no ``event_name`` field and put the
    name into the attribute ``event.name``; the caller gives whichever is there."""

    event_name: str
    attributes: Mapping[str, Any]
    body: Any = None


@dataclass(frozen=True, slots=True)
class SpanSource:
    """One span as the dialects see it."""

    attributes: Mapping[str, Any]
    events: Sequence[Event] = ()
    logs: Sequence[LogEvent] = ()
    scope_name: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one dialect found on a span. ``None`` means that this dialect says nothing of it."""

    input: list[Message] | None = None
    output: list[Message] | None = None
    system: list[Part] | None = None
    tools: list[dict[str, Any]] | None = None

    def completed_by(self, other: Exchange) -> Exchange:
        """This exchange, with ``other`` filling in what is not known yet."""
        return Exchange(
            input=self.input if self.input is not None else other.input,
            output=self.output if self.output is not None else other.output,
            system=self.system if self.system is not None else other.system,
            tools=self.tools if self.tools is not None else other.tools,
        )

    @property
    def is_complete(self) -> bool:
        """Whether no later dialect can add anything."""
        return None not in (self.input, self.output, self.system, self.tools)


Dialect: TypeAlias = Callable[[SpanSource], Exchange]


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one span; everything in it is plain JSON and the caller's own. ``None`` means not known.

    ``input`` and ``output`` by the kind of the span:

    - a call of a model: messages
    - ``tool``: the arguments, the result
    - ``retrieval`` and ``memory``: the query, the documents ``[{"id"?, "score"?, "content"?, "metadata"?}]``
    - ``rerank``: ``{"query", "documents"}``, the documents in their new order
    - everything else: messages if the span has any, otherwise the value it recorded, parsed if it is JSON
    """

    input: Any = None
    output: Any = None
    system_instructions: list[Part] | None = None
    tool_definitions: list[dict[str, Any]] | None = None
