"""Whose work it is: session and user of a trace, on every span that starts inside it, whoever makes the span. They
travel in the context like OpenTelemetry's baggage, and unlike baggage never in headers to other services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from opentelemetry import context as contexts
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, SpanProcessor

from traceway_semconv import names

_KEY: Final = contexts.create_key("traceway-whose")


@dataclass(frozen=True, slots=True)
class Whose:
    """The session and the end user; "" where not known."""

    session: str = ""
    user: str = ""

    def in_context(self, context: Context) -> Context:
        """``context`` with this in it; what is not known here is kept from there."""
        above = whose_of(context)
        return contexts.set_value(_KEY, Whose(self.session or above.session, self.user or above.user), context)


NOBODY: Final = Whose()


def whose_of(context: Context | None) -> Whose:
    """The session and user of a context; of the current one if None."""
    found = contexts.get_value(_KEY, context)
    return found if isinstance(found, Whose) else NOBODY


class WhoseProcessor(SpanProcessor):
    """Puts session and user on spans as they start, unless the instrumentation did."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        whose = whose_of(parent_context)
        known: dict[str, Any] = span.attributes or {}  # type: ignore[assignment]
        if whose.session and names.SESSION_ID not in known:
            span.set_attribute(names.SESSION_ID, whose.session)
        if whose.user and names.USER_ID not in known:
            span.set_attribute(names.USER_ID, whose.user)
