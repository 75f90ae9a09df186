"""Listening to the body of an HTTP response while the application reads it, in whatever way it does.

All ways of reading a response of ``httpx`` (``read``, ``iter_lines``, the client's ``Stream``) go through its
``iter_bytes`` or ``aiter_bytes``, and all ways of being done with it through ``close`` or ``aclose``. These methods are
replaced on the one object, so what the application holds are the client's own objects. ``iter_raw``, the bytes before
they are inflated, is left alone.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

from opentelemetry.util.genai.stream import AbandonedStreamError


class Listener(Protocol):
    """Gets the body, inflated. None of these may raise."""

    def data(self, data: bytes) -> bytes:
        """What the application gets instead of ``data``."""

    def rest(self) -> bytes:
        """What it gets after the last of it."""

    def end(self, error: BaseException | None) -> None:
        """The body was read, or given up; may be called again."""


def listen(response: Any, listener: Listener) -> None:
    """Tell ``listener`` of all that is read from ``response``, whose body nobody has read yet."""
    tap = _Tap(response, listener)
    response.iter_bytes, response.aiter_bytes = tap.iter_bytes, tap.aiter_bytes
    response.close, response.aclose = tap.close, tap.aclose
    weakref.finalize(response, listener.end, AbandonedStreamError())


class _Tap:
    # A weak reference to the response would be dead when the garbage collector lets its generators close it.
    def __init__(self, response: Any, listener: Listener) -> None:
        self._response = response
        self._class = type(response)
        self._listener = listener
        self._is_read = False
        # While the next piece is awaited a close comes from the response itself, and how it ended is not known yet.
        self._is_waiting = False

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        source = self._class.iter_bytes(self._response, chunk_size)
        if self._is_read:
            yield from source
            return
        self._is_read = True
        try:
            while (data := self._next(source)) is not None:
                if kept := self._listener.data(data):
                    yield kept
            if rest := self._listener.rest():
                yield rest
        except BaseException as error:
            self._failed(error)
            raise
        self._listener.end(None)

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        source = self._class.aiter_bytes(self._response, chunk_size)
        if self._is_read:
            async for data in source:
                yield data
            return
        self._is_read = True
        try:
            while (data := await self._anext(source)) is not None:
                if kept := self._listener.data(data):
                    yield kept
            if rest := self._listener.rest():
                yield rest
        except BaseException as error:
            self._failed(error)
            raise
        self._listener.end(None)

    def close(self) -> None:
        try:
            self._class.close(self._response)
        finally:
            self._closed()

    async def aclose(self) -> None:
        try:
            await self._class.aclose(self._response)
        finally:
            self._closed()

    def _next(self, source: Iterator[bytes]) -> bytes | None:
        self._is_waiting = True
        try:
            return next(source, None)
        finally:
            self._is_waiting = False

    async def _anext(self, source: AsyncIterator[bytes]) -> bytes | None:
        self._is_waiting = True
        try:
            return await anext(source, None)
        finally:
            self._is_waiting = False

    def _closed(self) -> None:
        if not self._is_waiting:
            self._listener.end(None)

    def _failed(self, error: BaseException) -> None:
        # Whoever has read enough (the client does, at [DONE]) drops the iterator, which is no failure.
        self._listener.end(None if isinstance(error, GeneratorExit) else error)
