"""What one span cost, and by which prices; or why that is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from starlette.responses import Response

from traceway_semconv.prices import SPENDING_KINDS, PriceRow, Usage
from traceway_semconv.prices.charges import charges
from traceway_semconv.prices.names import is_local

from ..model import StoredSpan
from ..store import Store
from .endpoint import Call
from .responses import JSON
from .spans import find_span
from .wire.prices import price

REPORTED = "reported"
_LAST_SECOND = 2**32 - 1


async def get_span_price(call: Call) -> Response:
    span = await find_span(call)
    return await call.run(_answer, call.services.store, span)


def _answer(store: Store, span: StoredSpan) -> Response:
    facts = span.facts
    usage = Usage(facts.input_tokens, facts.output_tokens, facts.cache_read_tokens, facts.cache_write_tokens)
    if facts.kind not in SPENDING_KINDS:
        why = f"only {', '.join(SPENDING_KINDS)} spans cost something; this one is of the kind {facts.kind}"
        return JSON(price(facts, None, (), why))
    row = store.price(facts.provider or "", facts.model or "", _day(span.start_ns))
    if facts.cost_usd is None:
        return JSON(price(facts, None, charges(None, usage), _why_unknown(span, row)))
    if facts.price_source == REPORTED:
        why = "the application reported the cost of the call as a whole"
        return JSON(price(facts, None, charges(None, usage), why))
    if row.source != facts.price_source:
        why = f"prices have changed since this cost was computed; today's are of {row.source} (POST /api/reprice)"
        return JSON(price(facts, None, charges(None, usage), why))
    return JSON(price(facts, row.source_date, charges(row, usage), None))


def _why_unknown(span: StoredSpan, row: PriceRow) -> str:
    facts = span.facts
    if not facts.model:
        return "the span names no model"
    if row.known and facts.input_tokens is None and facts.output_tokens is None:
        return "neither input nor output tokens were recorded"
    if row.known:
        return f"there is a price now, of {row.source}; POST /api/reprice computes costs again"
    if is_local((facts.provider or "").strip().lower()):
        return f"{facts.provider} runs models on one's own machine; a price file can give {facts.model} a price"
    by = f"of {facts.provider}" if facts.provider else "of a provider that the span does not name"
    return f"no price is known for {facts.model} {by} on {row.day}; a price file can give one"


def _day(start_ns: int) -> date:
    return datetime.fromtimestamp(min(start_ns // 10**9, _LAST_SECOND), UTC).date()
