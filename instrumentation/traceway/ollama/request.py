"""What a request says: parameters, messages and tools of the JSON body of /api/chat and /api/generate.

Source: docs/api.md of ollama/ollama, and the options of its Modelfile reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.types import (
    BlobPart,
    FunctionToolDefinition,
    GenericToolDefinition,
    InputMessage,
    MessagePart,
    Modality,
    ReasoningPart,
    TextPart,
    ToolCallRequestPart,
    ToolCallResponsePart,
    ToolDefinition,
)
from opentelemetry.util.genai.utils import decode_base64, image_from_url, object_to_any_value

# The first bytes of a file -> its type. Ollama's client sends images without one.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


def describe(invocation: InferenceInvocation, body: Mapping[str, Any]) -> None:
    """Give an invocation what ``body`` says; messages and tools only if content is captured."""
    if options := body.get("options"):
        _options(invocation, options)
    if body.get("format"):
        invocation.output_type = "json"
    if isinstance(think := body.get("think"), str):
        invocation.reasoning_level = think
    if not invocation.should_capture_content:
        return
    if system := body.get("system"):
        invocation.system_instruction = [TextPart(system)]
    if suffix := body.get("suffix"):
        invocation.prompt_variables = {"suffix": suffix}
    invocation.tool_definitions = [*_tools(body.get("tools") or ())] or None
    if "messages" in body:
        invocation.input_messages = [_message(each) for each in body["messages"]]
    else:
        parts = [*_text(body.get("prompt")), *_images(body)]
        invocation.input_messages = [InputMessage("user", parts)] if parts else []


def image_part(image: str) -> MessagePart | None:
    """An image as Ollama has it, base64 without a type, or the address of one."""
    if image.startswith("data:") or "://" in image[:16]:
        return image_from_url(image)
    data = decode_base64(image)
    if data is None:
        return None
    mime_type = next((name for signature, name in _SIGNATURES if data.startswith(signature)), None)
    return BlobPart(mime_type, Modality.IMAGE, data)


def tool_call_parts(calls: Iterable[Any]) -> Iterator[MessagePart]:
    """Calls as mappings, or as objects of the client (which can be read like mappings). Arguments are copied: the
    application may change its own."""
    for call in calls:
        function = call["function"]
        yield ToolCallRequestPart(object_to_any_value(function["arguments"]), function["name"], call.get("id"))


def _options(invocation: InferenceInvocation, options: Mapping[str, Any]) -> None:
    invocation.temperature = _float(options.get("temperature"))
    invocation.top_p = _float(options.get("top_p"))
    invocation.presence_penalty = _float(options.get("presence_penalty"))
    invocation.frequency_penalty = _float(options.get("frequency_penalty"))
    invocation.top_k = _int(options.get("top_k"))
    invocation.seed = _int(options.get("seed"))
    invocation.max_tokens = _int(options.get("num_predict"))
    if stop := options.get("stop"):
        invocation.stop_sequences = [stop] if isinstance(stop, str) else [str(each) for each in stop]


def _message(message: Mapping[str, Any]) -> InputMessage:
    role, name = message["role"], message.get("tool_name")
    if role == "tool":
        return InputMessage(role, [ToolCallResponsePart(message.get("content"), message.get("tool_call_id"))], name)
    thinking = message.get("thinking")
    reasoning: list[MessagePart] = [ReasoningPart(thinking)] if thinking else []
    calls = tool_call_parts(message.get("tool_calls") or ())
    return InputMessage(role, [*reasoning, *_text(message.get("content")), *_images(message), *calls], name)


def _text(text: str | None) -> Iterator[MessagePart]:
    if text:
        yield TextPart(text)


def _images(message: Mapping[str, Any]) -> Iterator[MessagePart]:
    for image in message.get("images") or ():
        if part := image_part(image):
            yield part


def _tools(tools: Iterable[Mapping[str, Any]]) -> Iterator[ToolDefinition]:
    for tool in tools:
        kind, function = tool.get("type") or "function", tool.get("function") or {}
        name = function.get("name") or tool.get("name") or ""
        if kind == "function":
            yield FunctionToolDefinition(name, function.get("description"), function.get("parameters"))
        else:
            yield GenericToolDefinition(name, kind)


def _float(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
