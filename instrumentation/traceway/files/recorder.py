"""From the program's threads to one of ours. The program's threads put facts into a queue; this thread makes spans of
them. So nothing that takes a lock runs inside the program's ``close()``, which a signal handler or the garbage
collector may have called in the middle of anything."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol

from opentelemetry import context as otel_context
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY

from ..contain import contained
from .event import FileEvent

PART: Final = "files"
MAX_WAITING: Final = 10_000
_TICK_S = 0.5
_PATIENCE_S = 10.0
_PAUSE_S = 0.05
"""Between two looks at the queue. To be woken by every event costs the program more than all else: the two threads
would pass the interpreter's lock to and fro."""
_LARGE_BYTES = 256 << 10


class Sink(Protocol):
    """Where events go. All but ``omit`` is called by one thread at a time."""

    def add(self, event: FileEvent) -> None: ...

    def omit(self, event: FileEvent) -> None:
        """It happened, but there is no room for it. From any thread, without locks."""

    def tick(self, now_ns: int) -> bool:
        """Pass on what has waited long enough; whether something still waits."""

    def prepare(self, flush: Callable[[], bool]) -> None:
        """Called once, by the program's thread that is the first to have something to record. ``flush`` is the
        recorder's."""

    def drain(self) -> None:
        """Pass on everything."""

    def close(self) -> None:
        """Nothing more comes. From any thread."""

    def flush(self) -> None:
        """Pass on everything, and wait until it has left."""

    def forget(self) -> None:
        """Drop everything: this is a forked child, and what waits is its parent's."""


class OpenFile(Protocol):
    """A file that the program has open."""

    fd: int
    sent_bytes: int

    def finish(self, *, is_unclosed: bool = False) -> None:
        """Record it, and let go of it."""

    def forget(self) -> None:
        """Let go of it unrecorded."""


class Recorder:
    """``put`` from anywhere between ``start`` and ``stop``; what is put at other times is ignored."""

    def __init__(self, sink: Sink) -> None:
        self.open_files: dict[int, OpenFile] = {}
        self._sink = sink
        self._queue: SimpleQueue[FileEvent | Callable[[], Any] | None] = SimpleQueue()
        self._hurry: SimpleQueue[None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_running = False

    def start(self) -> None:
        """Begin, in this process and in those that will be forked from it."""
        self._is_running = True
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_weakly(self._after_fork))

    def prepare(self) -> None:
        """Something is about to be recorded. The first time this takes a while, which is to be in no span."""
        if self._thread is None and self._is_running:
            self._prepare()

    def opened(self, file: OpenFile) -> None:
        """A file is open from now on."""
        self.open_files[id(file)] = file

    def closed(self, file: OpenFile) -> bool:
        """It is no longer; false if another thread said so first."""
        return self.open_files.pop(id(file), None) is not None

    def put(self, event: FileEvent) -> None:
        """Hand an event over. Takes no lock that could be held already."""
        if not self._is_running:
            return
        self.prepare()
        if self._queue.qsize() >= MAX_WAITING:
            self._sink.omit(event)
            return
        self._queue.put(event)
        if event.content is not None and event.content.data and len(event.content.data) >= _LARGE_BYTES:
            self._hurry.put(None)  # there is little room for such to wait

    def flush(self, patience_s: float = _PATIENCE_S) -> bool:
        """Wait until everything put so far is with the tracer; whether it is in time."""
        if self._thread is None or self._thread is threading.current_thread():
            return True
        done = threading.Event()

        def flush() -> None:
            try:
                self._sink.flush()
            finally:
                done.set()

        self._queue.put(flush)
        self._hurry.put(None)
        return done.wait(patience_s)

    def stop(self) -> None:
        """Record what is still open, pass on everything and end. Takes seconds at most."""
        if not self._is_running:
            return
        for file in list(self.open_files.values()):
            file.finish(is_unclosed=True)
        self._is_running = False
        if (thread := self._thread) is not None:
            atexit.unregister(self.stop)
            self._queue.put(self._sink.drain)
            self._queue.put(None)
            self._hurry.put(None)
            thread.join(_PATIENCE_S)
            self._thread = None
            self._sink.close()

    def _prepare(self) -> None:
        self._start_thread()
        token = otel_context.attach(otel_context.set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
        try:
            self._sink.prepare(self.flush)
        finally:
            otel_context.detach(token)
        # Now, not earlier: what is registered last runs first, and the tracer provider must not be shut down before.
        atexit.register(self.stop)

    def _start_thread(self) -> None:
        self._thread = threading.Thread(target=self._run, name="traceway-files", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        # Our exporter is not to be observed, by us or others.
        otel_context.attach(otel_context.set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
        waits, next_tick_s = False, 0.0
        while True:
            with contained(PART):
                if self._queue.empty():
                    self._pause()
                try:
                    item = self._queue.get(timeout=_TICK_S if waits else None)
                except Empty:
                    item = bool  # nothing to do but the tick
                if item is None:
                    return
                if isinstance(item, FileEvent):
                    waits = True
                    self._sink.add(item)
                else:
                    item()
                if (now_s := time.monotonic()) >= next_tick_s:
                    next_tick_s = now_s + _TICK_S
                    waits = self._sink.tick(time.time_ns()) or not self._queue.empty()

    def _pause(self) -> None:
        """Let events gather, until there is some hurry."""
        with suppress(Empty):
            self._hurry.get(timeout=_PAUSE_S)
            while True:
                self._hurry.get_nowait()

    def _after_fork(self) -> None:
        if self._thread is None or not self._is_running:
            return
        for file in list(self.open_files.values()):
            file.forget()
        self._queue, self._hurry = SimpleQueue(), SimpleQueue()
        self._sink.forget()
        self._start_thread()


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """Hooks of fork cannot be removed: this one does not keep its object alive."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        if found := reference():
            with contained(PART):
                found()

    return call
