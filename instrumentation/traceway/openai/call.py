"""One call under observation: what is common to those that are mended and those of our own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Any

from ..contain import contained
from .mends.stream_usage import Refusals, asking, is_refusal
from .request import Request
from .sse import PART


class Call(ABC):
    """Follows a request to its answer. Nothing here raises."""

    def __init__(self, request: Request, refusals: Refusals, asks_for_usage: bool) -> None:
        self.request = request
        self._refusals = refusals
        self._body = asking(request.body, request.extra) if self._may_ask(asks_for_usage) else None

    def _may_ask(self, asks_for_usage: bool) -> bool:
        return asks_for_usage and self.request.is_stream and self.request.base_url not in self._refusals

    @property
    def asks_for_usage(self) -> bool:
        """Whether it is us who want to know."""
        return self._body is not None

    def arguments(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """What to give to the client's ``request()`` instead of the type and the options that ``args`` are."""
        with contained(PART):
            if self._body is not None:
                return (args[0], args[1].model_copy(update={"json_data": self._body}), *args[2:])
        return args

    def tries_again(self, error: BaseException) -> bool:
        """Whether the request failed because of what we added to it."""
        with contained(PART):
            if self._body is not None and is_refusal(error):
                self._refusals.add(self.request.base_url)
                self._body = None
                return True
        return False

    @abstractmethod
    def current(self) -> AbstractContextManager[None]:
        """The context in which the request is sent."""

    def needs_body(self, answer: Any) -> bool:
        """Whether the body of a raw response is to be read before ``answered``."""
        return False

    async def lend(self, answer: Any) -> None:  # noqa: B027  (most have nothing to lend)
        """Give others what they can have of ``answer`` only by waiting."""

    @abstractmethod
    def answered(self, answer: Any) -> None:
        """The client has an answer for the application."""

    @abstractmethod
    def failed(self, error: BaseException) -> None:
        """The client has none."""
