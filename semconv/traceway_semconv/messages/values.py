"""Values that a span carries whole: arguments and results of tools, texts to embed, the input and output of anything.

Each table is in order of preference; the first attribute with something in it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .. import names
from .indexed import items, leaf, tree
from .tolerant_json import decode_value

# Dialects that record one input and one output whatever the span is, most specific first.
INPUT_VALUES: Final = (
    names.LF_INPUT,
    names.LM_INPUT,
    names.ML_INPUTS,
    names.GK_INPUT,
    names.TL_ENTITY_INPUT,
    names.OI_INPUT_VALUE,
)
OUTPUT_VALUES: Final = (
    names.LF_OUTPUT,
    names.LM_OUTPUT,
    names.ML_OUTPUTS,
    names.GK_OUTPUT,
    names.TL_ENTITY_OUTPUT,
    names.OI_OUTPUT_VALUE,
)
# OpenInference's tool.parameters is the schema of the tool, not the arguments of the call.
TOOL_ARGUMENTS: Final = (
    names.TOOL_CALL_ARGUMENTS,
    names.AI_TOOL_CALL_ARGS,
    names.OL_TOOL_ARGS,
    names.OL_TOOL_INPUT,
    names.PY_TOOL_ARGUMENTS,
    names.ADK_TOOL_CALL_ARGS,
    *INPUT_VALUES,
)
TOOL_RESULTS: Final = (
    names.TOOL_CALL_RESULT,
    names.AI_TOOL_CALL_RESULT,
    names.OL_TOOL_OUTPUT,
    names.PY_TOOL_RESPONSE,
    names.ADK_TOOL_RESPONSE,
    *OUTPUT_VALUES,
)

_MIME_TYPES: Final[Mapping[str, str]] = {
    names.OI_INPUT_VALUE: names.OI_INPUT_MIME_TYPE,
    names.OI_OUTPUT_VALUE: names.OI_OUTPUT_MIME_TYPE,
}


def first_value(attributes: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """The first of these attributes that has something in it, parsed if it is JSON; None if there is none.

    Where the sender says that a value is plain text (OpenInference's mime types), it stays text.
    """
    for key in keys:
        is_text = key in _MIME_TYPES and attributes.get(_MIME_TYPES[key]) == "text/plain"
        value = attributes.get(key) if is_text else decode_value(attributes.get(key))
        if value is not None and value not in ("", {}, []):
            return value
    return None


def embedded_texts(attributes: Mapping[str, Any]) -> list[Any] | None:
    """The texts that were embedded, in their order; None if none was recorded."""
    rows = items(tree(attributes, names.OI_EMBEDDINGS))
    texts = [text for row in rows if (text := leaf(row, "embedding", "text")) is not None]
    if not texts and isinstance(values := attributes.get(names.AI_VALUES), list):
        texts = [decode_value(value) for value in values]
    if not texts:
        texts = [
            decode_value(value)
            for name in (names.OI_EMBEDDED_TEXT, names.AI_VALUE)
            if (value := attributes.get(name)) is not None
        ]
    return texts or None
