"""The client's streams under observation.

The client hands out generators. What the application gets passes for one (``isinstance``, ``inspect.isgenerator``,
``send``, ``throw``, ``close``, ``gi_frame``; the same for asynchronous ones) and is a proxy: only an object of our own
is told at once when it is dropped, even if it was never read.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.util.genai.stream import AsyncStreamWrapper, SyncStreamWrapper

from .call import Call


class _Observed:
    """What both kinds of stream tell their call."""

    _self_call: Call

    def _execution_context(self) -> Any:
        return self._self_call.current()

    def _process_chunk(self, chunk: Any) -> None:
        self._self_call.chunk(chunk)

    def _on_stream_end(self) -> None:
        self._self_call.end()

    def _on_stream_error(self, error: BaseException) -> None:
        self._self_call.end(error)


class SyncStream(_Observed, SyncStreamWrapper[Any]):
    """A generator of responses."""

    def __init__(self, stream: Any, call: Call) -> None:
        super().__init__(stream)
        self._self_call = call


class AsyncStream(_Observed, AsyncStreamWrapper[Any]):
    """An asynchronous generator of responses."""

    def __init__(self, stream: Any, call: Call) -> None:
        super().__init__(stream)
        self._self_call = call
