"""Model calls counted once, by the rules of the trace summary (``calls_summed.sql``), for each span apart.

Two instrumentations may record one call: an SDK and the framework around it. Their spans have one response id. The span
that counts is the innermost of them (the deepest; of equally deep ones the first in the order of starts); what is known
of the call, the most that any of them says, stands there, and the others say that they repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opentelemetry.proto.trace.v1.trace_pb2 import Status

from traceway_semconv.kinds import NO_USAGE_OPERATIONS, SPENDING_KINDS

from ..model import TraceColumns

_ERROR = Status.STATUS_CODE_ERROR


@dataclass(frozen=True, slots=True)
class Calls:
    """By the index of a span: its own tokens and US dollars, ``None`` if it counts none or they are not known;
    ``unpriced`` where a call costs something and how much is not known; ``repeats`` where another span counts."""

    input_tokens: list[int | None]
    output_tokens: list[int | None]
    cost_usd: list[float | None]
    unpriced: list[bool]
    repeats: list[bool]


def count_calls(columns: TraceColumns, depths: Sequence[int]) -> Calls:
    """``depths``: how deep in the tree each span lies, by its index in ``columns``."""
    size = len(columns.span_id)
    calls = Calls([None] * size, [None] * size, [None] * size, [False] * size, [False] * size)
    copies: dict[str, list[int]] = {}
    fetches: list[int] = []
    for index, kind in enumerate(columns.kind):
        if kind not in SPENDING_KINDS:
            continue
        response_id = columns.response_id[index]
        if columns.operation[index] in NO_USAGE_OPERATIONS:
            fetches.append(index)
        elif response_id:
            copies.setdefault(response_id, []).append(index)
        else:
            _count(calls, columns, (index,), index)
    for same in copies.values():
        counting = same[0] if len(same) == 1 else max(same, key=lambda index: (depths[index], -index))
        _count(calls, columns, same, counting)
    for index in fetches:
        calls.repeats[index] = columns.response_id[index] in copies
    return calls


def _count(calls: Calls, columns: TraceColumns, same: Sequence[int], counting: int) -> None:
    costs = priced = False
    for index in same:
        inputs, outputs, cost_usd = columns.input_tokens[index], columns.output_tokens[index], columns.cost_usd[index]
        calls.input_tokens[counting] = _more(calls.input_tokens[counting], inputs)
        calls.output_tokens[counting] = _more(calls.output_tokens[counting], outputs)
        if cost_usd is not None:
            known = calls.cost_usd[counting]
            calls.cost_usd[counting] = cost_usd if known is None else max(known, cost_usd)
        calls.repeats[index] = index != counting
        if columns.status_code[index] == _ERROR and inputs is None and outputs is None:
            continue
        costs = True
        # Half of a model call's tokens is not its cost, although it is the best that can be said.
        whole = inputs is not None and outputs is not None
        priced |= cost_usd is not None and (
            columns.kind[index] != "llm_call" or columns.price_source[index] == "reported" or whole
        )
    calls.unpriced[counting] = costs and not priced


def _more(known: int | None, other: int | None) -> int | None:
    if known is None or other is None:
        return other if known is None else known
    return max(known, other)
