"""What a human would read of a prompt, an answer or an argument: at most 200 characters on one line.

Works on the bytes of the attribute, without parsing it as JSON, so that it costs little and truncated JSON does no harm.
"""

from __future__ import annotations

import re
from typing import Final

from .fields import MAX_PREVIEW, MAX_PREVIEW_SOURCE, TEXT_MEMBERS


def preview(value: bytes) -> str:
    """The last text member of a JSON message, or else the beginning of ``value``, with white space collapsed."""
    ends = [value.rfind(member.encode()) + len(member) for member in TEXT_MEMBERS if member.encode() in value]
    if ends:
        shown = unescape(value[max(ends) : max(ends) - 1 + MAX_PREVIEW_SOURCE] + b'""')
    else:
        shown = value[:MAX_PREVIEW_SOURCE]
    words = re.split(rb"[ \t\n\v\f\r]+", left_utf8(shown, MAX_PREVIEW))
    return b" ".join(word for word in words if word).decode("utf-8", "surrogateescape")


def left_utf8(text: bytes, characters: int) -> bytes:
    """The first ``characters`` of ``text``; a byte that begins no character counts as one."""
    end = 0
    for _ in range(characters):
        if end >= len(text):
            break
        ones = 8 - (text[end] ^ 0xFF).bit_length()
        end += ones if 1 < ones < 5 else 1
    return text[:end]


_ESCAPES: Final = {ord(letter): meant for letter, meant in zip("abefnrtv0", b"\a\b\x1b\f\n\r\t\v\0", strict=True)}


def unescape(body: bytes) -> bytes:
    """The text of a JSON string, given from after its opening quotation mark; b"" if it does not end.

    As lenient as the engine: an escape that JSON does not know stands for its letter, a hexadecimal digit that is none
    for 255.
    """
    text = bytearray()
    at = 0
    while at < len(body):
        if body[at] == ord('"'):
            return bytes(text)
        if body[at] != ord("\\"):
            text.append(body[at])
            at += 1
        elif body[at + 1 : at + 2] == b"u":
            code_point, at = _code_point(body, at + 2)
            if code_point is None:
                return b""
            text += chr(code_point).encode("utf-8", "surrogatepass")
        elif at + 1 < len(body):
            text.append(_ESCAPES.get(body[at + 1], body[at + 1]))
            at += 2
        else:
            return b""
    return b""


def _code_point(body: bytes, at: int) -> tuple[int | None, int]:
    """The character of the four digits from ``at``, or of a pair of surrogates, and where it ends; None if broken."""
    if len(body) < at + 4:
        return None, at
    high = _hexadecimal(body[at : at + 4])
    if not 0xD800 <= high <= 0xDBFF:
        return high, at + 4
    if body[at + 4 : at + 6] != b"\\u" or len(body) < at + 10:
        return None, at
    low = _hexadecimal(body[at + 6 : at + 10])
    if not 0xDC00 <= low <= 0xDFFF:
        return None, at
    return 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00)), at + 10


def _hexadecimal(digits: bytes) -> int:
    a, b, c, d = (int(chr(digit), 16) if chr(digit) in "0123456789abcdefABCDEF" else 255 for digit in digits)
    return (a * 16 + b) % 256 << 8 | (c * 16 + d) % 256
