"""Full text as SQL: a word, the beginning of one, or a phrase, in what a span says.

Text is looked at in one form (``FOLDED``): in lower case, without the escapes of JSON, so that a word is found whatever
way it was recorded.
"""

from __future__ import annotations

from typing import Any, Final

from traceway_semconv.fields import SLOTS, Slot

from ...query.filters import Pattern, Phrase


def _names(slot: Slot) -> str:
    return "[" + ", ".join(f"'{name}'" for name in SLOTS[slot]) + "]"


_INPUT: Final = _names(Slot.INPUT)
_OUTPUT: Final = _names(Slot.OUTPUT)
HAS_INPUT: Final = f"(hasAny(attr_keys, {_INPUT}) OR input_preview != '')"
HAS_OUTPUT: Final = f"(hasAny(attr_keys, {_OUTPUT}) OR output_preview != '')"

_EVERYTHING: Final = (
    "arrayConcat(attr_values, [name, status_message, error_message, service], event_names, arrayFlatten(event_values))"
)
_ERROR: Final = "[error_message, error_type, status_message]"


def anywhere(value: Any, name: str, parameters: dict[str, Any]) -> str:
    """Found anywhere in the span."""
    return _found(f"arrayExists(v -> {_fits('v', value, name, parameters)}, {_EVERYTHING})")


def in_input(value: Any, name: str, parameters: dict[str, Any]) -> str:
    """Found in a prompt or in arguments."""
    return _found(
        f"arrayExists((k, v) -> k IN {_INPUT} AND {_fits('v', value, name, parameters)}, attr_keys, attr_values)"
    )


def in_output(value: Any, name: str, parameters: dict[str, Any]) -> str:
    """Found in an answer or in results."""
    return _found(
        f"arrayExists((k, v) -> k IN {_OUTPUT} AND {_fits('v', value, name, parameters)}, attr_keys, attr_values)"
    )


def in_error(value: Any, name: str, parameters: dict[str, Any]) -> str:
    """Found in what is said of an error."""
    return _found(f"arrayExists(v -> {_fits('v', value, name, parameters)}, {_ERROR})")


def _found(sql: str) -> str:
    return f"({sql})"


def _fits(expression: str, value: Any, name: str, parameters: dict[str, Any]) -> str:
    if isinstance(value, Pattern):
        parameters[name] = hexed(like(Pattern(("", *value.parts, ""))))
        return f"ilike({expression}, unhex({{{name}:String}}))"
    text = value.text if isinstance(value, Phrase) else value
    parameters[name] = hexed(text)
    return f"positionCaseInsensitiveUTF8({expression}, unhex({{{name}:String}})) > 0"


def like(pattern: Pattern) -> str:
    """A pattern for LIKE."""
    return "%".join(part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in pattern.parts)


def hexed(text: str) -> str:
    """For a parameter of any characters: as hexadecimal digits, because what is bound is unescaped once more."""
    return text.encode("utf-8", "surrogatepass").hex()
