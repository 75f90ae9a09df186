"""OpenInference (Phoenix and others): messages flattened into ``llm.input_messages.N.message.*``. Some senders keep
the list whole, with the dotted names inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ... import names
from ..chat import message_of, messages_of, with_parts
from ..indexed import Tree, branch, items, leaf, tree, unflattened
from ..media import part_of_address
from ..model import Exchange, Message, Part, SpanSource
from ..parts import parts_of
from ..tolerant_json import decode
from ..tool_definitions import tool_definitions_of
from ..tool_parts import tool_call

_MEDIA: Final = ("image", "audio", "video", "document", "file")


def read(span: SpanSource) -> Exchange:
    """Chat messages, or the prompts and choices of a completion."""
    attributes = span.attributes
    output = _list(attributes, names.OI_OUTPUT_MESSAGES, "assistant") or _texts(
        attributes, names.OI_CHOICES, "completion", "assistant"
    )
    if output and len(output) == 1 and attributes.get(names.OI_FINISH_REASON):
        reasoned = message_of({"role": "assistant", "finish_reason": attributes[names.OI_FINISH_REASON]}, "assistant")
        output = [{**output[0], **{key: value for key, value in reasoned.items() if key == "finish_reason"}}]
    return Exchange(
        input=_list(attributes, names.OI_INPUT_MESSAGES, "user")
        or _texts(attributes, names.OI_PROMPTS, "prompt", "user"),
        output=output,
        tools=tool_definitions_of(
            [leaf(tool, "tool", "json_schema") for tool in items(tree(attributes, names.OI_TOOLS))]
        ),
    )


def _list(attributes: Mapping[str, Any], name: str, role: str) -> list[Message] | None:
    rows = items(tree(attributes, name))
    if not rows:
        whole = decode(attributes.get(name)).value
        if not isinstance(whole, list):
            return None
        rows = [unflattened(item) for item in whole if isinstance(item, Mapping)]
        if not any("message" in row for row in rows):
            return with_parts(messages_of(whole, role))
    return with_parts([_message(branch(row, "message"), role) for row in rows])


def _texts(attributes: Mapping[str, Any], name: str, field: str, role: str) -> list[Message] | None:
    texts = [leaf(row, field, "text") for row in items(tree(attributes, name))]
    return with_parts([message_of({"role": role, "content": text}, role) for text in texts])


def _message(node: Tree, role: str) -> Message:
    fields: dict[str, Any] = {
        key: value for key in ("role", "name", "tool_call_id") if (value := leaf(node, key)) is not None
    }
    contents = _rows(node, "contents")
    if contents:
        fields["parts"] = [part for row in contents for part in _content_parts(row)]
    else:
        fields["content"] = leaf(node, "content")
    message = message_of({"role": role, **fields}, role)
    known = [part.get("id") for part in message["parts"] if part["type"] == "tool_call"]
    calls = [_call(branch(row, "tool_call")) for row in _rows(node, "tool_calls")]
    if name := leaf(node, "function_call_name"):
        calls.append(tool_call({"name": name, "arguments": leaf(node, "function_call_arguments_json")}))
    # A call may be listed twice: in its place among the contents, and with all calls.
    message["parts"] += [call for call in calls if call.get("id") is None or call.get("id") not in known]
    return message


def _rows(node: Tree, name: str) -> list[Tree]:
    whole = node.get(name)
    if isinstance(whole, list):
        return [unflattened(item) for item in whole if isinstance(item, Mapping)]
    return items(whole)


def _content_parts(row: Tree) -> list[Part]:
    if "tool_call" in row:
        return [_call(branch(row, "tool_call"))]
    content = branch(row, "message_content")
    kind = leaf(content, "type")
    for medium in _MEDIA:
        url = leaf(content, medium, medium, "url") or leaf(content, medium, "url")
        if isinstance(url, str) and url:
            mime_type = leaf(content, medium, medium, "mime_type")
            return [part_of_address(url, medium, mime_type if isinstance(mime_type, str) else None)]
    return parts_of({"type": kind or "text", "text": leaf(content, "text")})


def _call(node: Tree) -> Part:
    function = branch(node, "function")
    arguments = leaf(function, "arguments")
    if isinstance(arguments, dict) and arguments is branch(function, "arguments"):
        arguments = dict(arguments)
    return tool_call({"id": leaf(node, "id"), "name": leaf(function, "name"), "arguments": arguments})
