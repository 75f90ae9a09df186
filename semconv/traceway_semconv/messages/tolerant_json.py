"""JSON as it arrives in attributes: whole, encoded twice, cut off by a length limit, or none at all. Never raises."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from typing import Any, Final, NamedTuple

# SDKs and Collectors cut attribute values by length (OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT), and some put a marker behind
# the cut, such as "..." or "[truncated]". What is left may still not be JSON up to its last bracket or comma, so a few
# earlier ones are tried as well.
_CUTS_TRIED: Final = 8
_MAX_ENCODINGS: Final = 3
_MAX_DEPTH: Final = 100

_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
_MARKER: Final = re.compile(r"\s*(?:\.{3}|…)?\s*[\[(<]?truncated[\])>]?$", re.IGNORECASE)
_MARKER_LENGTH: Final = 40
_OPEN_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")
_CLOSER: Final = {"[": "]", "{": "}"}


class Decoded(NamedTuple):
    """``value`` is what the text says; ``truncated`` tells that its end was missing."""

    value: Any
    truncated: bool = False


def decode(value: Any) -> Decoded:
    """The container (dict or list) that a text encodes, or the value itself if it is no such text.

    Scalars stay text: a prompt "42" is a text. A text encoded more than once is unwrapped. A text that was cut off
    gives everything before the cut.
    """
    truncated = False
    for _ in range(_MAX_ENCODINGS):
        if isinstance(value, bytes):
            value = _text(value)
        if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{", '"'):
            return Decoded(value, truncated)
        inner = _loads(value)
        if inner is None:
            inner = _repaired(value.strip())
            truncated = truncated or inner is not None
        if not isinstance(inner, dict | list) and not (
            isinstance(inner, str) and inner.lstrip()[:1] in ("[", "{", '"')
        ):
            return Decoded(value, truncated)
        value = inner
    return Decoded(value, truncated)


def decode_value(value: Any) -> Any:
    """The JSON value of a text that is JSON, whole and without loss; else the text itself ("1e5", "[see above")."""
    if isinstance(value, bytes):
        value = _text(value)
    if not isinstance(value, str):
        return value
    if value.strip() == "null":
        return None
    decoded = _loads(value)
    if decoded is None:
        return value
    if isinstance(decoded, dict | list):
        return decoded
    if isinstance(decoded, str):
        return decode_value(decoded) if decoded[:1] in ("[", "{") else decoded
    is_number = not isinstance(decoded, float) or math.isfinite(decoded)
    return decoded if is_number and json.dumps(decoded) == value.strip() else value


def decode_container(value: Any) -> Any:
    """Like ``decode``, but only for a text that is whole: a text that was cut off stays the text it is."""
    decoded, truncated = decode(value)
    return value if truncated else decoded


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _repaired(text: str) -> Any:
    """The value of a text that is the beginning of a JSON container; None if it is not.

    A sentence may begin with a bracket, too ("[1] says …"): a container that ends before the text does, or that holds
    no object, is not taken for JSON.
    """
    if text[:1] not in ("[", "{"):
        return None
    text = text[:-_MARKER_LENGTH] + _MARKER.sub("", text[-_MARKER_LENGTH:])
    cuts: deque[tuple[int, str]] = deque(maxlen=_CUTS_TRIED)
    closers: list[str] = []
    for token in _TOKEN.finditer(text):
        match token.group():
            case '"':  # opens a string that nothing closes
                cuts.append((len(text), '"' + _closing(closers)))
                return _longest_valid(_OPEN_ESCAPE.sub("", text), cuts)
            case ("[" | "{") as bracket if len(closers) < _MAX_DEPTH:
                closers.append(_CLOSER[bracket])
                cuts.append((token.end(), _closing(closers)))
            case ("]" | "}") as bracket if closers.pop() == bracket and closers:
                cuts.append((token.end(), _closing(closers)))
            case ",":
                cuts.append((token.start(), _closing(closers)))
            case string if string[0] == '"' and closers:
                cuts.append((token.end(), _closing(closers)))
            case "[" | "{" | "]" | "}":
                return None
    return _longest_valid(text, cuts)


def _closing(closers: list[str]) -> str:
    return "".join(reversed(closers))


def _longest_valid(text: str, cuts: deque[tuple[int, str]]) -> Any:
    for end, closing in reversed(cuts):
        value = _loads(text[:end] + closing)
        if isinstance(value, dict) and value:
            return value
        if isinstance(value, list) and any(isinstance(item, dict) and item for item in value):
            return value
    return None
