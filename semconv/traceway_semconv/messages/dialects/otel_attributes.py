"""OTel GenAI from 1.37 on: content in attributes of the span, as JSON text or structured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import names
from ..chat import messages_of, with_parts
from ..model import Exchange, SpanSource
from ..parts import parts_of
from ..tolerant_json import decode
from ..tool_definitions import tool_definitions_of


def read(span: SpanSource) -> Exchange:
    """The four content attributes of the span."""
    return exchange_of_attributes(span.attributes)


def exchange_of_attributes(attributes: Mapping[str, Any]) -> Exchange:
    """The four content attributes, wherever they are: on a span or on the operation details event."""
    system = decode(attributes.get(names.SYSTEM_INSTRUCTIONS)).value
    return Exchange(
        input=with_parts(messages_of(attributes.get(names.INPUT_MESSAGES), "user")),
        output=with_parts(messages_of(attributes.get(names.OUTPUT_MESSAGES), "assistant")),
        system=parts_of(system) if system else None,
        tools=tool_definitions_of(attributes.get(names.TOOL_DEFINITIONS)),
    )
