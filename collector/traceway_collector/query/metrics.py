"""What can be counted, and what spans can be grouped by: tables that the parser, the errors and the documents share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["usd", "tokens", "ms", "tokens/s", "count", "ratio", "bytes"]


@dataclass(frozen=True, slots=True)
class Metric:
    """``adds``: where nothing happened it is 0 and not unknown, because it is a sum or a count."""

    about: str
    unit: Unit
    adds: bool = False


METRICS: Final[Mapping[str, Metric]] = {
    "total_cost": Metric("What calls cost, each counted once.", "usd", adds=True),
    "total_input_tokens": Metric("Input tokens, cached ones among them, once a call.", "tokens", adds=True),
    "total_output_tokens": Metric("Output tokens, reasoning among them, once a call.", "tokens", adds=True),
    "total_tokens": Metric("Input and output tokens, once a call.", "tokens", adds=True),
    "avg_latency_ms": Metric("How long spans take, on average.", "ms"),
    "span_count": Metric("Spans.", "count", adds=True),
    "error_count": Metric("Spans that failed.", "count", adds=True),
    "p50_latency_ms": Metric("Half of the spans take no longer.", "ms"),
    "p90_latency_ms": Metric("Nine in ten spans take no longer.", "ms"),
    "p95_latency_ms": Metric("95 in 100 spans take no longer.", "ms"),
    "p99_latency_ms": Metric("99 in 100 spans take no longer.", "ms"),
    "max_latency_ms": Metric("How long the longest span takes.", "ms"),
    "avg_time_to_first_token_ms": Metric("How long the first token takes, on average.", "ms"),
    "p50_time_to_first_token_ms": Metric("In half of the calls the first token takes no longer.", "ms"),
    "p95_time_to_first_token_ms": Metric("In 95 of 100 calls the first token takes no longer.", "ms"),
    "tokens_per_second": Metric("Output tokens by the time their calls took.", "tokens/s"),
    "trace_count": Metric("Traces.", "count", adds=True),
    "error_trace_count": Metric("Traces with a span that failed.", "count", adds=True),
    "call_count": Metric("Calls of models (also for embedding and reranking), once each.", "count", adds=True),
    "session_count": Metric("Different sessions.", "count", adds=True),
    "user_count": Metric("Different users.", "count", adds=True),
    "error_rate": Metric("The share of spans that failed, 0 to 1.", "ratio"),
    "uncosted_calls": Metric("Calls that cost something, but how much is not known.", "count", adds=True),
    "uncosted_share": Metric("Their share of the calls that cost something, 0 to 1.", "ratio"),
    "cache_read_tokens": Metric("Input tokens read from a cache, once a call.", "tokens", adds=True),
    "cache_write_tokens": Metric("Input tokens written to a cache, once a call.", "tokens", adds=True),
    "reasoning_tokens": Metric("Output tokens of reasoning, once a call.", "tokens", adds=True),
    "avg_tokens_per_call": Metric("Tokens of the calls whose tokens are known, on average.", "tokens"),
    "avg_cost_per_call": Metric("Cost of the calls whose cost is known, on average.", "usd"),
    "bytes_read": Metric("Bytes read from files.", "bytes", adds=True),
    "bytes_written": Metric("Bytes written to files.", "bytes", adds=True),
}

GROUPS: Final[Mapping[str, str]] = {
    "model": "The model that answered.",
    "provider": "The provider, as OTel names it.",
    "kind": "The kind of span.",
    "status": "error for a span that failed, else ok.",
    "service": "The service.name of the resource.",
    "session": "The session or conversation.",
    "user": "The end user.",
    "tool": "The tool that was called.",
    "file": "The path of the file.",
    "trace": "The trace.",
    "name": "The name of the span.",
    "tag": "A tag; a span with several stands in the group of each.",
    "agent": "The agent.",
    "operation": "What was done, as OTel names it.",
    "day": "The day it started on, in the time zone.",
    "hour": "The hour it started in.",
    "minute": "The minute it started in.",
    "time": "The stretch of time it started in; bucket says how long one is.",
}
ATTRIBUTE_PREFIX: Final = "attr."
RESOURCE_PREFIX: Final = "resource."
ATTRIBUTES: Final[Mapping[str, str]] = {
    ATTRIBUTE_PREFIX + "<name>": "A text, number or boolean among the attributes of the span.",
    RESOURCE_PREFIX + "<name>": "An attribute of the resource.",
}
"""Groups that take a name."""
