"""A store to look at: ``python -m benchmarks.see.store --spans 1M --dir DIR`` makes the data folder of a server.

Agent runs of eight spans (``benchmarks.agent``) that began within the last seven days, evenly, written through the real
store. ``COMMON`` is a word of every fifth span or so, as prose has it; ``RARE`` and the phrases in other scripts are
added to a few results of tools.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from traceway_collector.model import Signal
from traceway_collector.store import Request
from traceway_collector.store.clickhouse.store import ClickHouseStore

from ..spans import Maker

COMMON, RARE, CHINESE, ARABIC = "water", "zyzzyva", "退款请求", "استرداد المبلغ"
RARE_SPANS = 25
PERIOD_NS = 7 * 24 * 3600 * 10**9
_RESULT = "gen_ai.tool.call.result"
_SPANS_A_REQUEST, _TEMPLATES, _REQUESTS_A_GROUP = 512, 32, 8
_QUIET_S, _PATIENCE_S = 10, 300


def write(folder: Path, spans: int) -> None:
    """Make a store of ``spans`` spans (a few more, to whole requests) in ``folder``, and wait until it is at rest."""
    store = ClickHouseStore("chdb", folder)
    group: list[Request] = []
    for request in _requests(-(-spans // _SPANS_A_REQUEST)):
        group.append(request)
        if len(group) == _REQUESTS_A_GROUP:
            store.write(Signal.TRACES, group, time.time_ns())
            group = []
    if group:
        store.write(Signal.TRACES, group, time.time_ns())
    _settle(store)
    store.close()


def _settle(store: ClickHouseStore) -> None:
    """Wait until no parts have been merged for a while: merges take the processors from whoever is measured."""
    quiet, until_s = 0, time.monotonic() + _PATIENCE_S
    while quiet < _QUIET_S and time.monotonic() < until_s:
        time.sleep(1)
        [[merging]] = store._engine.query("SELECT count() FROM system.merges")
        quiet = 0 if merging else quiet + 1


def _requests(number: int) -> Iterator[Request]:
    maker = Maker(11)
    templates = [maker.template(_SPANS_A_REQUEST) for _ in range(_TEMPLATES)]
    now_ns = time.time_ns()
    marked = max(1, number // RARE_SPANS)
    for each in range(number):
        template = templates[each % _TEMPLATES]
        template.refresh(now_ns - PERIOD_NS + PERIOD_NS * (each + 1) // number)
        body = bytes(template.requests[0])
        if each % marked == marked // 2:
            body = _with_marks(body)
        yield Request(Signal.TRACES, each + 1, body, _SPANS_A_REQUEST)


def _with_marks(body: bytes) -> bytes:
    message = ExportTraceServiceRequest.FromString(body)
    results = (
        attribute.value
        for scope in message.resource_spans[0].scope_spans
        for span in scope.spans
        for attribute in span.attributes
        if attribute.key == _RESULT
    )
    next(results).string_value += f" The {RARE} sang. {CHINESE}已经处理。 طلب {ARABIC}، شكرا."
    return message.SerializeToString()


def number_of(text: str) -> int:
    """A number such as 20000, "250k" or "1M"."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower())
    return int(float(text[:-1]) * factor) if factor else int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=number_of, default=1_000_000)
    parser.add_argument("--dir", type=Path, required=True, help="where the data folder is made")
    options = parser.parse_args()
    before = time.perf_counter()
    write(options.dir, options.spans)
    print(f"{options.spans:,} spans in {time.perf_counter() - before:.0f} s in {options.dir}")


if __name__ == "__main__":
    main()
