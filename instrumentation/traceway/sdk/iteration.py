"""Generators with a span around their whole iteration: it is current while their body runs and not while the consumer
does, ends with them, and everything that is yielded, sent, thrown, returned and raised passes unchanged.

The body starts with the first step, and so does the span; wrong arguments are reported there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import context as contexts

from ..contain import contained
from .content import bounded
from .span import Span

MAX_YIELDED: Final = 1_000
MAX_YIELDED_CHARACTERS: Final = 1 << 18
Begin = Callable[[tuple[Any, ...], dict[str, Any]], "Span"]


class Iteration:
    """One iteration of a generator. ``captures``: whether what it yields is recorded."""

    def __init__(self, span: Span, captures: bool) -> None:
        self._span = span
        self._captures = captures
        self._items: list[Any] = []
        self._count = 0
        self._characters = 0

    @contextmanager
    def step(self) -> Iterator[None]:
        """The span is current."""
        token = contexts.attach(self._span.in_context())
        try:
            yield
        finally:
            contexts.detach(token)

    def saw(self, item: Any) -> None:
        """``item`` was yielded. It is copied at once: the iteration keeps nothing of the application alive."""
        if not self._captures:
            return
        self._count += 1
        if len(self._items) < MAX_YIELDED and self._characters < MAX_YIELDED_CHARACTERS:
            with contained("sdk"):
                copy = bounded(item)
                self._characters += len(copy) if isinstance(copy, str) else len(repr(copy))
                self._items.append(copy)

    def returned(self, value: Any) -> None:
        self._span.complete(self._output(value) if self._captures else None)

    def raised(self, error: BaseException) -> None:
        """Closing a generator that is not exhausted is no failure."""
        if self._captures:
            self._span.set_output(self._output(None))
        if isinstance(error, GeneratorExit):
            self._span.complete()
        else:
            self._span.fail(error)

    def _output(self, value: Any) -> Any:
        """The texts it yielded as one text, else the list of what it yielded, else what it returned."""
        if not self._count:
            return value
        left_out = self._count - len(self._items)
        if all(isinstance(item, str) for item in self._items):
            return "".join(self._items) + (f"… [truncated: {left_out} more]" if left_out else "")
        return [*self._items, {"_truncated": True, "_original_size": self._count}] if left_out else self._items


def recorded_generator(function: Callable[..., Any], begin: Callable[..., Iteration]) -> Callable[..., Any]:
    """A generator function that does what ``function`` does, within ``begin(args, kwargs)``."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        inner = function(*args, **kwargs)
        iteration = begin(args, kwargs)
        resume, value = inner.send, None
        try:
            while True:
                with iteration.step():
                    item = resume(value)
                iteration.saw(item)
                try:
                    resume, value = inner.send, (yield item)
                except BaseException as error:
                    resume, value = inner.throw, error
        except StopIteration as stop:
            iteration.returned(stop.value)
            return stop.value
        except BaseException as error:
            value = None  # or error, its traceback and this frame would keep each other alive
            iteration.raised(error)
            raise

    return wrapper


def recorded_async_generator(function: Callable[..., Any], begin: Callable[..., Iteration]) -> Callable[..., Any]:
    """The same for an asynchronous generator."""

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        inner = function(*args, **kwargs)
        iteration = begin(args, kwargs)
        resume, value = inner.asend, None
        try:
            while True:
                with iteration.step():
                    item = await resume(value)
                iteration.saw(item)
                try:
                    resume, value = inner.asend, (yield item)
                except BaseException as error:
                    resume, value = inner.athrow, error
        except StopAsyncIteration:
            iteration.returned(None)
        except BaseException as error:
            value = None
            iteration.raised(error)
            raise

    return wrapper
