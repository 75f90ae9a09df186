"""OpenLLMetry (Traceloop): messages flattened into ``gen_ai.prompt.N.*`` and ``gen_ai.completion.N.*``. OpenLIT and
others put the whole prompt under the name without the index."""

from __future__ import annotations

from typing import Any, Final

from ... import names
from ..chat import message_of, with_parts
from ..indexed import Tree, branch, items, leaf, tree
from ..model import Exchange, Message, SpanSource
from ..payloads import request_of, response_of
from ..tool_definitions import tool_definitions_of

_FIELDS: Final = ("role", "content", "name", "finish_reason", "tool_call_id", "reasoning", "refusal")


def read(span: SpanSource) -> Exchange:
    """The indexed attributes first, then those that hold everything in one text."""
    attributes = span.attributes
    found = Exchange(
        input=_messages(tree(attributes, names.PROMPT), "user"),
        output=_messages(tree(attributes, names.COMPLETION), "assistant"),
        tools=tool_definitions_of([_fields(tool) for tool in items(tree(attributes, names.TL_FUNCTIONS))]),
    )
    found = found.completed_by(request_of(attributes.get(names.PROMPT)))
    return found.completed_by(response_of(attributes.get(names.COMPLETION)))


def _messages(prompts: Tree, role: str) -> list[Message] | None:
    return with_parts([_message(prompt, role) for prompt in items(prompts)])


def _message(prompt: Tree, role: str) -> Message:
    fields: dict[str, Any] = {key: value for key in _FIELDS if (value := leaf(prompt, key)) is not None}
    calls = [_fields(call) for call in items(branch(prompt, "tool_calls"))]
    return message_of({"role": role, **fields, **({"tool_calls": calls} if calls else {})}, role)


def _fields(node: Tree) -> dict[str, Any]:
    return {key: leaf(node, key) for key in node}
