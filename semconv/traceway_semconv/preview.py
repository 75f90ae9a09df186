"""What a human would read of a prompt, an answer or an argument: at most 200 characters on one line.

Works on the bytes of the attribute without parsing them as JSON, which costs little and takes truncated JSON as well.
"""

from __future__ import annotations

import re
from typing import Final

from .fields import CLOSING, MAX_PREVIEW, MAX_PREVIEW_SOURCE, TEXT_MEMBERS


def preview(value: bytes) -> str:
    """The last text member of a JSON message, or else the beginning of ``value``, with white space collapsed."""
    ends = [value.rfind(member.encode()) + len(member) for member in TEXT_MEMBERS if member.encode() in value]
    if ends:
        shown = unescape(value[max(ends) : max(ends) - 1 + MAX_PREVIEW_SOURCE] + CLOSING.encode())
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


_ESCAPES: Final = dict(zip(b"bfnrt", b"\b\f\n\r\t", strict=True))


def unescape(body: bytes) -> bytes:
    """The text of a JSON string, given from after its opening quotation mark; b"" if it does not end.

    As lenient as the engine: an escape that JSON does not know stands for its letter, a hexadecimal digit that is none
    for 255, and half of a surrogate pair for nothing.
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
            character, at = _character(body, at + 2)
            text += character
        elif at + 1 < len(body):
            text.append(_ESCAPES.get(body[at + 1], body[at + 1]))
            at += 2
        else:
            return b""
    return b""


def _character(body: bytes, at: int) -> tuple[bytes, int]:
    """The character of the four digits from ``at``, or of a pair of surrogates, and where reading goes on."""
    if len(body) < at + 4:
        return b"", len(body)
    high = _hexadecimal(body[at : at + 4])
    at += 4
    if not 0xD800 <= high <= 0xDBFF:
        return chr(high).encode("utf-8", "surrogatepass"), at
    if body[at : at + 2] != b"\\u":
        return b"", at + (body[at : at + 1] == b"\\")
    if len(body) < at + 6:
        return b"", len(body)
    low = _hexadecimal(body[at + 2 : at + 6])
    if not 0xDC00 <= low <= 0xDFFF:
        return b"", at + 6
    return chr(0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00))).encode(), at + 6


def _hexadecimal(digits: bytes) -> int:
    a, b, c, d = (int(chr(digit), 16) if chr(digit) in "0123456789abcdefABCDEF" else 255 for digit in digits)
    return (a << 12) + (b << 8) + (c << 4) + d & 0xFFFF
