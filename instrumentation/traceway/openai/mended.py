"""A call that the official instrumentation records: here its span gets what is missing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

from opentelemetry.context import get_value
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import (
    CLIENT_EMBEDDING_CONTEXT_KEY,
    CLIENT_FETCH_RESPONSE_CONTEXT_KEY,
    CLIENT_INFERENCE_CONTEXT_KEY,
    EmbeddingData,
    FetchResponseData,
    InferenceData,
)
from opentelemetry.util.genai.types import ContentCapturingMode
from opentelemetry.util.genai.utils import get_content_capturing_mode

from traceway_semconv import names

from ..contain import contained
from .answers import JSON, http_response
from .call import Call
from .fields import at, count_at, text_at
from .mends.embeddings import describe_embeddings
from .mends.messages import ChatAnswer
from .mends.provider import name_provider, provider_behind
from .mends.raw_responses import describe_response, is_unread, json_of, lend_parsed
from .mends.stream_usage import Refusals, describe_usage, without_usage
from .request import CHAT, EMBEDDINGS, RESPONSES, Request
from .sse import PART, EventFilter
from .tap import listen

Data: TypeAlias = InferenceData | EmbeddingData | FetchResponseData
_ON_SPAN = (ContentCapturingMode.SPAN_ONLY, ContentCapturingMode.SPAN_AND_EVENT)


def data_around(request: Request) -> Data | None:
    """What the span around ``request`` may be told through; None if nobody records this call."""
    key: str | None = None
    if request.method == "get":
        key = CLIENT_FETCH_RESPONSE_CONTEXT_KEY
    elif request.endpoint == EMBEDDINGS:
        key = CLIENT_EMBEDDING_CONTEXT_KEY
    elif request.endpoint in (CHAT, RESPONSES):
        key = CLIENT_INFERENCE_CONTEXT_KEY
    found = get_value(key) if key else None
    return found if isinstance(found, Data) else None


class Mended(Call):
    """``data`` belongs to the span around the request."""

    def __init__(
        self, request: Request, refusals: Refusals, asks_for_usage: bool, data: Data, handler: TelemetryHandler
    ) -> None:
        super().__init__(request, refusals, asks_for_usage and request.endpoint == CHAT)
        self._data = data
        self._handler = handler
        name_provider(request.client, data)
        if isinstance(data, InferenceData):
            _describe_request(data, request)

    def current(self) -> AbstractContextManager[None]:
        return nullcontext()

    def failed(self, error: BaseException) -> None:
        """The official instrumentation sees it, too."""

    def needs_body(self, answer: Any) -> bool:
        with contained(PART):
            # Of chat the official instrumentation reads any.
            return not self.request.is_stream and is_unread(answer, "" if self.request.endpoint == CHAT else JSON)
        return False

    async def lend(self, answer: Any) -> None:
        if self.request.endpoint == CHAT and not self.request.is_stream and http_response(answer) is not None:
            with contained(PART):
                await lend_parsed(answer)

    def answered(self, answer: Any) -> None:
        with contained(PART):
            body = json_of(answer)
            if isinstance(self._data, EmbeddingData):
                describe_embeddings(self._data, answer if body is None else body)
            elif isinstance(self._data, InferenceData) and self.request.endpoint == CHAT:
                self._chat(self._data, answer, answer if body is None else body)
            elif isinstance(self._data, InferenceData) and isinstance(body, dict):
                self._data.capture_content = self._handler.should_capture_content()
                describe_response(self._handler, provider_behind(self.request.client), body)

    def _chat(self, data: InferenceData, answer: Any, body: Any) -> None:
        chat = ChatAnswer(keeps_content=get_content_capturing_mode() in _ON_SPAN)
        response = http_response(answer)
        if self.request.is_stream and response is not None:
            listen(response, _ChatListener(data, chat, self.asks_for_usage))
        else:
            chat.add(body)
            chat.describe(data)


class _ChatListener:
    """Hears the chunks of a chat stream."""

    def __init__(self, data: InferenceData, chat: ChatAnswer, asked_for_usage: bool) -> None:
        self._data, self._chat = data, chat
        events = EventFilter(self._seen, without_usage if asked_for_usage else None)
        self.data, self.rest = events.data, events.rest
        self._ended = False

    def _seen(self, chunk: Any) -> None:
        if usage := at(chunk, "usage"):
            describe_usage(self._data, usage)
        self._chat.add(chunk)

    def end(self, error: BaseException | None) -> None:
        if not self._ended:
            self._ended = True
            with contained(PART):
                self._chat.describe(self._data)


def _describe_request(data: InferenceData, request: Request) -> None:
    if user := text_at(request.body, "user") or text_at(request.body, "safety_identifier"):
        data.attributes[names.USER_ID] = user
    if request.endpoint == CHAT:
        data.request_reasoning_level = text_at(request.body, "reasoning_effort")
        data.request_top_k = count_at(request.extra, "top_k")
