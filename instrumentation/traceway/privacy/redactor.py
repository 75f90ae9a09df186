"""One value, whatever its shape, without secrets and after the application's own function."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from ..export.suppress import suppressed
from .content_keys import is_structure
from .secrets import is_secret_name, marker, redact_secrets

WITHHELD: Final = "[withheld: redaction failed]"
"""Stands for content that the application's function could not redact."""
_MIN_SECRET: Final = 8
_JSON_STARTS: Final = ("{", "[")
_logger = logging.getLogger("traceway")
_inside: ContextVar[bool] = ContextVar("traceway-redacting", default=False)

Hook = Callable[[str], str]


class Redactor:
    """``hook``: the application's function, None if it has none. ``secrets``: whether what looks like a secret is
    replaced. Gives back the very value it got where there is nothing to do."""

    def __init__(self, hook: Hook | None = None, secrets: bool = True) -> None:
        self._hook = hook
        self._secrets = secrets

    def value(self, value: Any, key: str = "", is_content: bool = True) -> Any:
        """``value`` of an attribute, body or member called ``key``; lists and maps are walked. The application's
        function sees only what ``is_content``."""
        if isinstance(value, str):
            return self._named(value, key, is_content)
        if isinstance(value, bytes):
            return self._bytes(value, key, is_content)
        if isinstance(value, Mapping):
            members = {name: self.value(member, str(name), is_content) for name, member in value.items()}
            return value if all(members[name] is value[name] for name in members) else members
        if isinstance(value, list | tuple):
            items = [self.value(item, key, is_content) for item in value]
            return value if all(new is old for new, old in zip(items, value, strict=True)) else type(value)(items)
        return value

    def text(self, text: str, is_content: bool = True) -> str:
        """``text``, which may be JSON: then the application's function sees the texts in it one by one."""
        if is_content and self._hook is not None:
            text = self._hooked(text)
        if self._secrets and len(text) >= _MIN_SECRET:
            text = redact_secrets(text)
        return text

    def _named(self, text: str, key: str, is_content: bool) -> str:
        if self._secrets and text and is_secret_name(key) and not text.startswith("[redacted"):
            return marker("secret")
        return text if is_structure(key, text) else self.text(text, is_content)

    def _bytes(self, data: bytes, key: str, is_content: bool) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        redacted = self._named(text, key, is_content)
        return data if redacted is text else redacted.encode("utf-8", "surrogateescape")

    def _hooked(self, text: str) -> str:
        if text.lstrip().startswith(_JSON_STARTS):
            try:
                decoded = json.loads(text)
            except (ValueError, RecursionError):
                return self._call(text)
            redacted = self._leaves(decoded)
            if redacted == decoded:
                return text
            from traceway_semconv.messages.plain import compact  # takes 10 ms

            return compact(redacted)
        return self._call(text)

    def _leaves(self, value: Any, key: str = "") -> Any:
        if isinstance(value, str):
            return value if is_structure(key, value) else self._hooked(value)
        if isinstance(value, dict):
            return {name: self._leaves(member, name) for name, member in value.items()}
        return [self._leaves(item, key) for item in value] if isinstance(value, list) else value

    def _call(self, text: str) -> str:
        """What the application's function makes of ``text``. What it records itself while it runs is withheld."""
        if not text or _inside.get() or self._hook is None:
            return text if not text else WITHHELD
        token = _inside.set(True)
        try:
            with suppressed():
                redacted = self._hook(text)
            if isinstance(redacted, str):
                return redacted
            _complain("it gave back %s instead of str", type(redacted).__name__)
        except Exception as error:
            # Its message may hold what it was to redact.
            _complain("it raised %s", type(error).__name__)
        finally:
            _inside.reset(token)
        return WITHHELD


class LazyHook:
    """The function that ``module:function`` names, imported when it is first needed: when instrumentation is set up
    the program's own folder may not be importable yet. One that cannot be had fails with each call."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hook: Hook | None = None

    def __call__(self, text: str) -> str:
        if self._hook is None:
            module, _, attribute = self._name.partition(":")
            found: Any = importlib.import_module(module)
            for part in attribute.split("."):
                found = getattr(found, part)
            self._hook = found
        return self._hook(text)


_complained: set[str] = set()


def _complain(what: str, *values: object) -> None:
    if what not in _complained:
        _complained.add(what)
        _logger.warning("content is withheld because the function of TRACEWAY_REDACT failed: " + what, *values)
