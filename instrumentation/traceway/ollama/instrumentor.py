"""Where the client is wrapped: ``Client._request`` and ``AsyncClient._request``, through which every call goes.

Functions that were imported before (``from ollama import chat``) go through them, too, and there the body of the
request is final: images are base64, tools are schemas, iterators of messages are lists.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.util.genai.completion_hook import load_completion_hook
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import EmbeddingInvocation, InferenceInvocation

from ..contain import contained
from .call import PART, Call
from .request import describe
from .streams import AsyncStream, SyncStream

PROVIDER = "ollama"
CHAT, GENERATE, EMBED, EMBEDDINGS = "/api/chat", "/api/generate", "/api/embed", "/api/embeddings"
_OPERATIONS = {CHAT: "chat", GENERATE: "text_completion", EMBED: "embeddings", EMBEDDINGS: "embeddings"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_METHOD = "_request"
_logger = logging.getLogger("traceway")


class OllamaInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Takes ``tracer_provider``, ``meter_provider``, ``logger_provider`` and ``completion_hook``; the global providers,
    and the hook named in the environment, otherwise. Content goes where
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT says, which is read here, once."""

    _patches: tuple[_Patch, ...] = ()

    def instrumentation_dependencies(self) -> Collection[str]:
        # 0.4 is the first in which all calls go through one method.
        return ("ollama >= 0.4, < 1",)

    def _instrument(self, **kwargs: Any) -> None:
        from ollama import AsyncClient, Client

        if not (hasattr(Client, _METHOD) and hasattr(AsyncClient, _METHOD)):
            # An error here would stop the other instrumentations, too.
            _logger.warning("ollama %s has no %s: its calls are not recorded", version("ollama"), _METHOD)
            return
        handler = TelemetryHandler(
            tracer_provider=kwargs.get("tracer_provider"),
            meter_provider=kwargs.get("meter_provider"),
            logger_provider=kwargs.get("logger_provider"),
            completion_hook=kwargs.get("completion_hook") or load_completion_hook(),
            instrumentation_scope_name=__package__,
            instrumentation_scope_version=version("traceway"),
        )
        observer = _Observer(handler)
        self._patches = (
            _Patch.put(observer, Client, _sync_request),
            _Patch.put(observer, AsyncClient, _async_request),
        )

    def _uninstrument(self, **kwargs: Any) -> None:
        for patch in self._patches:
            patch.take_off()
        self._patches = ()


@dataclass(slots=True)
class _Observer:
    """Starts calls, as long as it is ``active``."""

    handler: TelemetryHandler
    active: bool = True

    def start(self, client: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call | None:
        """The call that a request is, with its span started; None if it is none to be observed."""
        with contained(PART):
            path = args[2] if len(args) > 2 else None
            if path not in _OPERATIONS or not self.active or not is_instrumentation_enabled():
                return None
            body = kwargs["json"]
            invocation = self._invocation(client._client.base_url, path, body["model"])
            call = Call(invocation, is_stream=bool(kwargs.get("stream")))
            if isinstance(invocation, InferenceInvocation):
                with contained(PART):
                    describe(invocation, body)
            return call
        return None

    def _invocation(self, base_url: Any, path: str, model: str) -> InferenceInvocation | EmbeddingInvocation:
        address, port = base_url.host or None, base_url.port or _DEFAULT_PORTS.get(base_url.scheme)
        if path in (EMBED, EMBEDDINGS):
            return self.handler.embedding(PROVIDER, request_model=model, server_address=address, server_port=port)
        return self.handler.inference(
            PROVIDER,
            request_model=model,
            server_address=address,
            server_port=port,
            operation_name=_OPERATIONS[path],
        )


@dataclass(frozen=True, slots=True)
class _Patch:
    """A method of a client's class that stands before the original."""

    observer: _Observer
    owner: type
    original: Callable[..., Any]
    ours: Callable[..., Any]

    @classmethod
    def put(cls, observer: _Observer, owner: type, wrap: Callable[[_Observer, Any], Any]) -> _Patch:
        original = getattr(owner, _METHOD)
        patch = cls(observer, owner, original, wrap(observer, original))
        setattr(owner, _METHOD, patch.ours)
        return patch

    def take_off(self) -> None:
        """Restore the original. If somebody else has wrapped ours meanwhile, theirs stays, and ours only passes on."""
        self.observer.active = False
        if getattr(self.owner, _METHOD) is self.ours:
            setattr(self.owner, _METHOD, self.original)


def _sync_request(observer: _Observer, original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def _request(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = observer.start(self, args, kwargs)
        if call is None:
            return original(self, *args, **kwargs)
        with call.current():
            try:
                answer = original(self, *args, **kwargs)
            except BaseException as error:
                call.end(error)
                raise
        return SyncStream(answer, call) if call.is_stream else call.whole(answer)

    return _request


def _async_request(observer: _Observer, original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    async def _request(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = observer.start(self, args, kwargs)
        if call is None:
            return await original(self, *args, **kwargs)
        with call.current():
            try:
                answer = await original(self, *args, **kwargs)
            except BaseException as error:
                call.end(error)
                raise
        return AsyncStream(answer, call) if call.is_stream else call.whole(answer)

    return _request
