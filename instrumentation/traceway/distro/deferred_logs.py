"""Loggers, in OpenTelemetry's sense, before there is an SDK."""

from __future__ import annotations

from typing import Any

from opentelemetry import _logs
from opentelemetry._logs import _internal

from .deferred import Deferred, DeferredProvider, Place


class _Logger(Deferred, _logs.Logger):
    def emit(self, *arguments: Any, **named: Any) -> None:
        self._real().emit(*arguments, **named)

    def enabled(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._real().enabled(*arguments, **named))


class _Provider(DeferredProvider, _logs.LoggerProvider):
    def get_logger(self, *arguments: Any, **named: Any) -> _logs.Logger:
        return _Logger(lambda: self.place.real().get_logger(*arguments, **named))


provider = _Provider()
provider.place = Place(_internal, "_LOGGER_PROVIDER", provider, _logs.NoOpLoggerProvider())
