"""``@trace`` and ``@tool``: each call of a function becomes a span. What a function returns, raises, yields and is
sent passes unchanged, and so do its name, its signature and its kind (coroutine, generator)."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar, cast, overload

from traceway_semconv.kinds import SpanKind

from .client import default_client
from .iteration import Iteration, recorded_async_generator, recorded_generator
from .span import Span

if TYPE_CHECKING:
    from .client import Traceway

P = ParamSpec("P")
R = TypeVar("R")
OpenSpan = Callable[["Traceway"], Span]
_RECEIVERS: Final = frozenset(("self", "cls"))


class Decorator(Protocol):
    """Takes a function and gives one of the same type."""

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def trace(name: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def trace(
    name: str | None = None,
    /,
    *,
    session: str | None = None,
    user: str | None = None,
    tags: Iterable[str] = (),
    metadata: Mapping[str, Any] | None = None,
    kind: str | None = None,
    client: Traceway | None = None,
) -> Decorator: ...


def trace(
    name: Any = None,
    /,
    *,
    session: str | None = None,
    user: str | None = None,
    tags: Iterable[str] = (),
    metadata: Mapping[str, Any] | None = None,
    kind: str | None = None,
    client: Traceway | None = None,
) -> Any:
    """Record each call as a trace; inside of another, as a part of it. With or without parentheses. ``name`` is the
    function's if not given; ``client`` the first ``Traceway`` of the process."""
    if _is_function(name):
        return trace()(name)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        called = name or _name_of(function)

        def open_span(client: Traceway) -> Span:
            return client.trace(called, session=session, user=user, tags=tags, metadata=metadata, kind=kind)

        return recorded(function, open_span, client)

    return decorate


@overload
def tool(name: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def tool(name: str | None = None, /, *, kind: str | None = None, client: Traceway | None = None) -> Decorator: ...


def tool(name: Any = None, /, *, kind: str | None = None, client: Traceway | None = None) -> Any:
    """Record each call as the execution of a tool. With or without parentheses. ``kind``: another kind of span, such
    as ``retrieval``."""
    if _is_function(name):
        return tool()(name)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        called = name or _name_of(function)
        return recorded(function, lambda client: client.span(called, kind=kind or SpanKind.TOOL), client)

    return decorate


def recorded(function: Callable[P, R], open_span: OpenSpan, client: Traceway | None) -> Callable[P, R]:
    """``function`` with a span around each call, or around each iteration of a generator. ``client`` None is the one
    that is the default when it is called."""
    if isinstance(function, staticmethod | classmethod):
        return cast("Callable[P, R]", type(function)(recorded(function.__func__, open_span, client)))
    call = _Call(function, open_span, client)
    wrapper: Callable[..., Any]
    if inspect.isasyncgenfunction(function):
        wrapper = recorded_async_generator(function, call.iterate)
    elif inspect.isgeneratorfunction(function):
        wrapper = recorded_generator(function, call.iterate)
    elif inspect.iscoroutinefunction(function):
        wrapper = _recorded_coroutine(function, call)
    else:
        wrapper = _recorded_function(function, call)
    return cast("Callable[P, R]", functools.wraps(function)(wrapper))


def _recorded_function(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with call.begin(args, kwargs) as span:
            result = function(*args, **kwargs)
            call.end(span, result)
        return result

    return wrapper


def _recorded_coroutine(function: Callable[..., Any], call: _Call) -> Callable[..., Any]:
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        with call.begin(args, kwargs) as span:
            result = await function(*args, **kwargs)
            call.end(span, result)
        return result

    return wrapper


class _Call:
    """How calls of one function are recorded."""

    def __init__(self, function: Callable[..., Any], open_span: OpenSpan, client: Traceway | None) -> None:
        self._open_span = open_span
        self._client = client
        self._signature: inspect.Signature | None = None
        with contextlib.suppress(ValueError, TypeError):  # some functions written in C have none
            self._signature = inspect.signature(function)

    def begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Span:
        client = self._client or default_client()
        span = self._open_span(client)
        if client.captures_content:
            span.set_input(self._arguments(args, kwargs))
        return span

    def end(self, span: Span, result: Any) -> None:
        if span.captures_content and not span.is_ended:
            span.set_output(result)

    def iterate(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iteration:
        span = self.begin(args, kwargs)
        return Iteration(span, span.captures_content)

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
        """The arguments by their names, without ``self`` and ``cls``; None if they do not fit or there are none."""
        if self._signature is None:
            return {"args": args, **kwargs} if args or kwargs else None
        try:
            bound = self._signature.bind(*args, **kwargs).arguments
        except TypeError:  # the call itself says so
            return None
        first = next(iter(bound), "")
        return {name: value for name, value in bound.items() if name != first or name not in _RECEIVERS} or None


def _is_function(given: object) -> bool:
    return callable(given) or isinstance(given, classmethod)


def _name_of(function: Callable[..., Any]) -> str:
    inner = function.__func__ if isinstance(function, staticmethod | classmethod) else function
    return str(getattr(inner, "__name__", type(inner).__name__))
