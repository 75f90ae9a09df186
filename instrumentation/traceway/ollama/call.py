"""One call of a model under observation: its span, from before the request is sent to the end of the answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from opentelemetry.context import Context, attach
from opentelemetry.util.genai.invocation import EmbeddingInvocation, InferenceInvocation
from opentelemetry.util.genai.stream import AbandonedStreamError
from opentelemetry.util.genai.types import Error

from ..contain import contained
from .answer import Answer

PART = "ollama"
T = TypeVar("T")


class Call:
    """Ends its span once, whatever comes. Nothing here raises."""

    def __init__(self, invocation: InferenceInvocation | EmbeddingInvocation, is_stream: bool) -> None:
        # Our context is current only while the client's own code runs: the program's code between the chunks of a
        # stream is not part of this call.
        invocation.suspend()
        self.is_stream = is_stream
        self._invocation = invocation
        self._answer = Answer(keeps_content=invocation.should_capture_content)
        self._chunk_count = 0
        self._has_ended = False
        if is_stream and isinstance(invocation, InferenceInvocation):
            invocation.request_stream = True

    def current(self) -> _Current:
        """Makes the span current in a block."""
        return _Current(self._invocation.context)

    def whole(self, answer: T) -> T:
        """The answer has come in one piece."""
        with contained(PART):
            self._answer.add(answer)
        self.end()
        return answer

    def chunk(self, chunk: object) -> None:
        """One more piece of a stream has come."""
        self._chunk_count += 1
        with contained(PART):
            self._answer.add(chunk)
            self._invocation.response_model_name = self._answer.model
            self._invocation.record_stream_chunk()
        # The application may keep a stream that it has read to its last chunk and never ask for the one after.
        if self._answer.is_done:
            self.end()

    def end(self, error: BaseException | None = None) -> None:
        """End the span. A stream that the application left early is no error once it has read from it."""
        if self._has_ended:
            return
        self._has_ended = True
        if isinstance(error, AbandonedStreamError) and self._chunk_count:
            error = None
        with contained(PART):
            self._answer.describe(self._invocation)
        with contained(PART):
            if error is None:
                self._invocation.stop()
            else:
                self._invocation.fail(Error.from_exception(error, _error_type))


class _Current:
    """Attaches a context for a block."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token = attach(self._context)

    def __exit__(self, *exception: object) -> None:
        # A coroutine that is thrown away while it waits is closed in another context, where there is nothing to
        # restore; OpenTelemetry's detach() would log an error.
        with suppress(ValueError):
            self._token.var.reset(self._token)


def _error_type(error: BaseException) -> str | None:
    """The HTTP status of a refusal; None, and so the name of the class, otherwise."""
    status = getattr(error, "status_code", -1)  # -1: an error object in a stream
    return str(status) if isinstance(status, int) and status > 0 else None
