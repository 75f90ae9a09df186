"""Text of spans made harmless for a terminal: nothing in it moves the cursor, changes colours or turns text around.

A terminal obeys control characters: those of ASCII, those of ISO 6429 above them (U+009B begins a sequence as ESC [
does), and the marks that turn the direction of writing. They are shown by a picture or their number, never sent.
"""

from __future__ import annotations

import json
import re
from typing import Any

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
_NUMBERED = [
    *range(0x80, 0xA0),  # the controls of ISO 6429
    0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # directions
    *range(0xD800, 0xE000),  # halves of characters, which no encoding can write
    *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080),  # annotations and tags: text that nobody sees
]  # fmt: skip
_ESCAPED = {code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}" for code in _NUMBERED}
_SHOWN = {**_PICTURES, **_ESCAPED, 0x2028: " ", 0x2029: " "}
_LINES = {**_SHOWN, ord("\n"): "\n", ord("\t"): "    "}
_IN_JSON = {code: json.dumps(chr(code))[1:-1] for code in (*_NUMBERED, 0x7F, 0x2028, 0x2029)}
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")


def line(text: object) -> str:
    """One line: runs of white space are a space, and no control character is left."""
    return _SPACES.sub(" ", str(text)).strip().translate(_SHOWN)


def lines(text: object) -> str:
    """Lines kept, tabs as spaces, and no other control character left."""
    return str(text).replace("\r\n", "\n").translate(_LINES)


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON that says the same and holds nothing a terminal obeys."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return text.translate(_IN_JSON)
