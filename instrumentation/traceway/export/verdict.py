"""What becomes of a request by the answer it got.

| answer | verdict |
|---|---|
| 2xx | delivered; what a partial success rejected is counted |
| 408, 429, 502, 503, 504, no answer | later, not before Retry-After |
| 401, 403, 407, 3xx | held: kept, and tried again slowly, since a key or an address can be mended |
| 413 | too large: sent again in halves while it has more than one item |
| any other | refused: dropped and counted, or it would stand in the way of what is behind it |

Sources: OTLP specification, "Failures" and "Partial Success" of OTLP/HTTP. It knows 429, 502, 503 and 504 as
retryable; 408 is so by RFC 9110. What it calls non-retryable is not retried by a machine that learnt nothing new; a
person can mend a key, so what a wrong one stopped is kept.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..endpoint import Signal
from .client import Reply

MAX_RETRY_AFTER_S = 600.0
_LATER = {408, 429, 502, 503, 504}
_HELD = {301, 302, 303, 307, 308, 401, 403, 407}
_SENTENCE_CHARACTERS = 300


class Fate(Enum):
    """What to do with a request now."""

    DELIVERED = "delivered"
    LATER = "later"
    HELD = "held"
    TOO_LARGE = "too_large"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``sentence`` is the collector's own, or the fault of the connection. ``rejected`` counts items of a request that
    was otherwise delivered."""

    fate: Fate
    sentence: str = ""
    retry_after_s: float = 0.0
    rejected: int = 0


def judge(signal: Signal, answer: Reply | OSError) -> Verdict:
    """The verdict on a request of ``signal`` that was answered so."""
    if isinstance(answer, OSError):
        return Verdict(Fate.LATER, answer.strerror or str(answer) or type(answer).__name__)
    if 200 <= answer.status < 300:
        rejected, sentence = _partial_success(signal, answer)
        return Verdict(Fate.DELIVERED, sentence, rejected=rejected)
    sentence = f"{answer.status} {_sentence(answer)}".strip()
    if answer.status in _LATER:
        return Verdict(Fate.LATER, sentence, _retry_after_s(answer.headers.get("retry-after", "")))
    if answer.status in _HELD:
        return Verdict(Fate.HELD, sentence)
    return Verdict(Fate.TOO_LARGE if answer.status == 413 else Fate.REFUSED, sentence)


def _partial_success(signal: Signal, answer: Reply) -> tuple[int, str]:
    """How many items were rejected, and why. An answer that is no OTLP message rejects nothing."""
    if not answer.body or "protobuf" not in answer.headers.get("content-type", ""):
        return 0, ""
    from google.protobuf.message import DecodeError

    from .wire import response_of

    try:
        partial: Any = response_of(signal, answer.body).partial_success
    except DecodeError:
        return 0, ""
    counts = ("rejected_spans", "rejected_log_records", "rejected_data_points")
    return max(getattr(partial, name, 0) for name in counts), str(partial.error_message)[:_SENTENCE_CHARACTERS]


def _sentence(answer: Reply) -> str:
    """The message of a ``google.rpc.Status`` in protobuf or JSON, else the text of the answer."""
    media = answer.headers.get("content-type", "")
    text = ""
    if "protobuf" in media:
        from google.protobuf.message import DecodeError
        from google.rpc.status_pb2 import Status

        try:
            text = Status.FromString(answer.body).message
        except DecodeError:
            text = ""
    elif "json" in media:
        try:
            text = str(json.loads(answer.body)["message"])
        except (ValueError, KeyError, TypeError):
            text = answer.body.decode("utf-8", "replace")
    elif "html" not in media:
        text = answer.body.decode("utf-8", "replace")
    location = answer.headers.get("location", "")
    return " ".join((text or (f"moved to {location}" if location else "")).split())[:_SENTENCE_CHARACTERS]


def _retry_after_s(text: str) -> float:
    """Seconds of a Retry-After header: a number or a date (RFC 9110, 10.2.3); 0 for anything else."""
    text = text.strip()
    if text.isdecimal() and len(text) < 10:
        return min(float(text), MAX_RETRY_AFTER_S)
    from email.utils import parsedate_to_datetime

    try:
        seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
