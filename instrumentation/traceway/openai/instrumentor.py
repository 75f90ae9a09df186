"""Where the client is wrapped: ``request()`` of both clients, through which every call goes with its final body, and,
above the official instrumentation, the methods whose iterators it would use up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.util.genai.completion_hook import load_completion_hook
from opentelemetry.util.genai.handler import TelemetryHandler
from wrapt import FunctionWrapper

from ..contain import contained
from ..settings import load
from .call import Call
from .mended import Mended, data_around
from .mends.iterators import keep_iterators
from .mends.stream_usage import Refusals
from .operations import OPERATIONS
from .own import Own
from .request import Request
from .sse import PART

Wrapper = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]
_REQUEST = "request"


class OpenAIInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Takes ``tracer_provider``, ``meter_provider``, ``logger_provider`` and ``completion_hook``; the global providers,
    and the hook named in the environment, otherwise. Content goes where
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT says. The official instrumentation is started, too, unless
    somebody has done so: then it stays as it is, also at ``uninstrument()``."""

    _observer: _Observer | None = None
    _patches: tuple[_Patch, ...] = ()
    _official: Any = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return ("openai >= 1.26.0, < 4",)

    def _instrument(self, **kwargs: Any) -> None:
        import openai
        from openai.resources.chat.completions import AsyncCompletions, Completions
        from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as Official

        providers = {name: kwargs.get(name) for name in ("tracer_provider", "meter_provider", "logger_provider")}
        hook = kwargs.get("completion_hook") or load_completion_hook()
        official = Official()
        if not official.is_instrumented_by_opentelemetry:
            official.instrument(**providers, completion_hook=hook, skip_dep_check=True)
            self._official = official
        handler = TelemetryHandler(
            **providers,
            completion_hook=hook,
            instrumentation_scope_name=__package__,
            instrumentation_scope_version=version("traceway"),
        )
        self._observer = _Observer(handler, load()[0].openai_stream_usage)
        methods = [(owner, name) for owner in (Completions, AsyncCompletions) for name in ("create", "parse")]
        self._patches = (
            _Patch.put(_owner(openai.OpenAI, _REQUEST), _REQUEST, _sync_request(self._observer)),
            _Patch.put(_owner(openai.AsyncOpenAI, _REQUEST), _REQUEST, _async_request(self._observer)),
            *(_Patch.put(owner, name, keep_iterators) for owner, name in methods if hasattr(owner, name)),
        )

    def _uninstrument(self, **kwargs: Any) -> None:
        for patch in reversed(self._patches):
            patch.take_off()
        if self._observer is not None:
            self._observer.is_active = False
        if self._official is not None:
            self._official.uninstrument()
        self._patches, self._official, self._observer = (), None, None


def _owner(cls: type, name: str) -> type:
    """The class in which ``cls`` has its method."""
    return next(each for each in cls.__mro__ if name in vars(each))


@dataclass(frozen=True, slots=True)
class _Patch:
    """A method of a class that stands before the original."""

    owner: type
    name: str
    original: Any
    ours: Any

    @classmethod
    def put(cls, owner: type, name: str, wrapper: Wrapper) -> _Patch:
        original = vars(owner)[name]
        patch = cls(owner, name, original, FunctionWrapper(original, wrapper))
        setattr(owner, name, patch.ours)
        return patch

    def take_off(self) -> None:
        """Restore the original. If somebody else has wrapped ours meanwhile, theirs stays, and ours only passes on."""
        if vars(self.owner)[self.name] is self.ours:
            setattr(self.owner, self.name, self.original)


class _Observer:
    """Starts calls, as long as it is active."""

    def __init__(self, handler: TelemetryHandler, asks_for_usage: bool) -> None:
        self.is_active = True
        self._handler = handler
        self._asks_for_usage = asks_for_usage
        self._refusals = Refusals()

    def start(self, client: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call | None:
        """The call that a request is; None if it is none to be observed. ``args`` are a type and the options."""
        with contained(PART):
            if not self.is_active:
                return None
            request = Request.of(client, args[1], bool(kwargs.get("stream")))
            if (data := data_around(request)) is not None:
                return Mended(request, self._refusals, self._asks_for_usage, data, self._handler)
            operation = OPERATIONS.get(request.endpoint)
            if operation is not None and request.method == "post" and is_instrumentation_enabled():
                return Own(request, self._refusals, self._asks_for_usage, operation, self._handler)
        return None


def _sync_request(observer: _Observer) -> Wrapper:
    def request(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = observer.start(client, args, kwargs)
        if call is None:
            return wrapped(*args, **kwargs)
        with call.current():
            while True:
                try:
                    answer = wrapped(*call.arguments(args), **kwargs)
                    if call.needs_body(answer):
                        answer.read()
                    break
                except BaseException as error:
                    if not call.tries_again(error):
                        call.failed(error)
                        raise
            call.answered(answer)
        return answer

    return request


def _async_request(observer: _Observer) -> Wrapper:
    async def request(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = observer.start(client, args, kwargs)
        if call is None:
            return await wrapped(*args, **kwargs)
        with call.current():
            while True:
                try:
                    answer = await wrapped(*call.arguments(args), **kwargs)
                    if call.needs_body(answer):
                        await answer.read()
                    break
                except BaseException as error:
                    if not call.tries_again(error):
                        call.failed(error)
                        raise
            await call.lend(answer)
            call.answered(answer)
        return answer

    return request
