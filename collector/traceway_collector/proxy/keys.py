"""Keys are never recorded: neither those of an exchange, which a server may repeat in its error and a program in its
prompt, nor what looks like one by its form. Who calls through the proxy has nobody else to take them out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from traceway_semconv.secrets import redact_secrets

from .passing import Headers

BLOT: Final = "[key]"
_NAMES: Final = re.compile(r"auth|cookie|credential|key|password|secret|sig|token", re.IGNORECASE)
# What is shorter is a stand-in, such as "ollama" or "EMPTY", and blotting it out would garble what people wrote.
_MIN_LENGTH: Final = 8
_SEPARATORS: Final = re.compile(r"[\s;,=\"]+")


def keys_of(headers: Headers, query: bytes) -> list[str]:
    """The values of headers and query parameters whose names speak of keys, and their words; the longest first."""
    given = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    given += parse_qsl(query.decode("latin-1"), max_num_fields=None)
    values = [value.strip() for name, value in given if _NAMES.search(name)]
    words = {word for value in values for word in (value, *_SEPARATORS.split(value)) if len(word) >= _MIN_LENGTH}
    return sorted(words, key=len, reverse=True)


def without(text: str, keys: Iterable[str]) -> str:
    """``text`` with every key of the exchange blotted out, and whatever looks like a secret."""
    for key in keys:
        text = text.replace(key, BLOT)
    return redact_secrets(text)
