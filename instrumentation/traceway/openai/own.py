"""A call that the official instrumentation leaves out: here it gets a span."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from opentelemetry.context import attach
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.stream import AbandonedStreamError
from opentelemetry.util.genai.types import Error

from traceway_semconv import names

from ..contain import contained
from .answers import JSON, body_of, http_response, media_type
from .call import Call
from .fields import at, text_at
from .mends.provider import provider_behind
from .mends.stream_usage import Refusals, without_usage
from .operations import COMPLETIONS, Operation
from .request import Request
from .sse import PART, EventFilter
from .tap import listen

_EVENTS = "text/event-stream"


class Own(Call):
    """Ends its span once, whatever comes. Hears the body of an answer that the application reads later."""

    def __init__(
        self,
        request: Request,
        refusals: Refusals,
        asks_for_usage: bool,
        operation: Operation,
        handler: TelemetryHandler,
    ) -> None:
        super().__init__(request, refusals, asks_for_usage and request.endpoint == COMPLETIONS)
        self._operation = operation
        self._invocation = _start(request, operation, handler)
        self._event_filter: EventFilter | None = None
        self._media_type = ""
        self._pieces: list[bytes] = []
        self._joined: dict[str, Any] = {}
        self._was_heard = False
        self._error: Error | None = None
        self._is_finished = False

    @contextmanager
    def current(self) -> Iterator[None]:
        token = attach(self._invocation.context)
        try:
            yield
        finally:
            # A coroutine that is thrown away while it waits is closed in another context, where there is nothing to
            # restore; OpenTelemetry's detach() would log an error.
            with suppress(ValueError):
                token.var.reset(token)

    def failed(self, error: BaseException) -> None:
        self._finish(Error.from_exception(error))

    def answered(self, answer: Any) -> None:
        response = http_response(answer)
        with contained(PART):
            if response is None:
                self._operation.answered(self._invocation, answer)
            elif response.is_closed:
                self._operation.answered(self._invocation, body_of(response.content, media_type(response)))
            else:
                self._listen(response)
                return
        self._finish(None)

    def _listen(self, response: Any) -> None:
        self._media_type = media_type(response)
        if self._media_type == _EVENTS:
            self._invocation.request_stream = True
            self._event_filter = EventFilter(self._seen, without_usage if self.asks_for_usage else None)
        listen(response, self)

    def _seen(self, event: Any) -> None:
        if error := at(event, "error"):
            self._error = Error(message=text_at(error, "message") or str(error), type="openai.APIError")
        self._operation.join(self._joined, event)
        self._invocation.response_model_name = text_at(self._joined, "model")
        self._invocation.record_stream_chunk()

    def data(self, data: bytes) -> bytes:
        self._was_heard = True
        if self._event_filter is not None:
            return self._event_filter.data(data)
        if self._media_type.endswith(JSON) or self._media_type.startswith("text/"):
            self._pieces.append(data)
        return data

    def rest(self) -> bytes:
        return b"" if self._event_filter is None else self._event_filter.rest()

    def end(self, error: BaseException | None) -> None:
        """The application is done with the body. To leave it early is no failure, never to read it is one."""
        if self._is_finished:
            return
        if isinstance(error, AbandonedStreamError) and self._was_heard:
            error = None
        with contained(PART):
            heard = self._joined or body_of(b"".join(self._pieces), self._media_type)
            self._operation.answered(self._invocation, heard)
        self._finish(Error.from_exception(error) if error is not None else self._error)

    def _finish(self, error: Error | None) -> None:
        self._is_finished = True
        with contained(PART):
            if error is None:
                self._invocation.stop()
            else:
                self._invocation.fail(error)


def _start(request: Request, operation: Operation, handler: TelemetryHandler) -> InferenceInvocation:
    invocation = handler.inference(
        provider_behind(request.client),
        request_model=text_at(request.body, "model"),
        server_address=request.server_address,
        server_port=request.server_port,
        operation_name=operation.name,
    )
    # Our context is current only while the client's own code runs.
    invocation.suspend()
    with contained(PART):
        operation.asked(invocation, request.body)
        if user := text_at(request.body, "user"):
            invocation.attributes[names.USER_ID] = user
    return invocation
