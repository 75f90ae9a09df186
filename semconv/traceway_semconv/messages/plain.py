"""Any Python value as plain JSON that every encoder takes."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any, Final

_MAX_DEPTH: Final = 100
_MIN_INTEGER: Final = -(2**63)
_MAX_INTEGER: Final = 2**64 - 1


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of ``value`` made of dict, list, str, bool, int, float and None only.

    As protobuf's JSON has it: bytes become base64, NaN and infinities their names. Integers beyond 64 bits become their
    digits, a surrogate without its pair becomes U+FFFD, what lies deeper than 100 levels becomes "…".
    """
    match value:
        case None | bool():
            return value
        case str():
            return _valid_text(value)
        case int():
            return int(value) if _MIN_INTEGER <= value <= _MAX_INTEGER else _digits(value)
        case float():
            return float(value) if math.isfinite(value) else _float_name(value)
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case Mapping() if depth < _MAX_DEPTH:
            return {_key(key): plain(item, depth + 1) for key, item in value.items()}
        case list() | tuple() if depth < _MAX_DEPTH:
            return [plain(item, depth + 1) for item in value]
        case Mapping() | list() | tuple():
            return "…"
        case _:
            return _valid_text(str(value))


def compact(value: Any) -> str:
    """``value`` as compact JSON text."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def _key(key: Any) -> str:
    return _valid_text(key) if isinstance(key, str) else _valid_text(str(key))


def _valid_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        # Pairs of surrogates become their character, what is left alone is replaced.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return str(text)


def _digits(value: int) -> str:
    return str(value) if value.bit_length() <= 4096 else hex(value)


def _float_name(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
