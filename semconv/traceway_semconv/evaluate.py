"""The facts of one span, from the tables of ``kinds`` and ``fields``.

``sql.py`` says the same to the engine, for whole blocks of spans; a property test holds the two together. Values are
the bytes the engine has, so a rule about bytes or characters means the same here and there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from . import fields, kinds, names
from .codes import (
    CUSTOM_CODE,
    FINDINGS,
    FS_CODE,
    NO_CODE,
    PRESENCE_CODES,
    ROLE_BITS,
    SIGNAL_CODES,
)
from .fields import Role, Slot
from .preview import left_utf8, preview
from .spanview import LIST_TYPE, SpanView

Values = dict[Slot, bytes]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a span: the columns of ``sql.facts()``. Unknown is "" for a text and None for a number."""

    kind: str
    kind_source: str
    operation: str
    provider: str
    model: str
    request_model: str
    response_id: str
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    reported_cost_usd: float | None
    finish_reasons: tuple[str, ...]
    time_to_first_token_ms: float | None
    streaming: bool | None
    dimensions: int | None
    session_id: str
    user_id: str
    tags: tuple[str, ...]
    agent_name: str
    workflow_name: str
    tool_name: str
    tool_call_id: str
    file_path: str
    file_version: str
    file_operation: str
    file_bytes: int | None
    error_type: str
    error_message: str
    input_preview: str
    output_preview: str


def evaluate(span: SpanView) -> Facts:
    """The facts of one span. Any content is allowed; what makes no sense is unknown."""
    code = _kind_code(span)
    finding = FINDINGS[(code >> ROLE_BITS) - 1]
    values = _values(span, finding.role)

    def text(slot: Slot) -> str:
        return _text(values.get(slot, b""))

    return Facts(
        kind=_kind(code, text(Slot.TRACEWAY_KIND), span.span_name),
        kind_source=finding.source,
        operation=text(Slot.OPERATION) or finding.operation,
        provider=_provider(values),
        model=text(Slot.RESPONSE_MODEL) or text(Slot.REQUEST_MODEL),
        request_model=text(Slot.REQUEST_MODEL),
        response_id=text(Slot.RESPONSE_ID),
        input_tokens=_input_tokens(values),
        output_tokens=_tokens(values, Slot.OUTPUT_TOKENS, fields.USAGE_OUTPUT),
        cache_read_tokens=_uint32(values.get(Slot.CACHE_READ, b"")),
        cache_write_tokens=_uint32(values.get(Slot.CACHE_WRITE, b"")),
        reasoning_tokens=_uint32(values.get(Slot.REASONING, b"")),
        reported_cost_usd=_cost(values),
        finish_reasons=_finish_reasons(values),
        time_to_first_token_ms=_time_to_first_token(values, span),
        streaming=fields.STREAMING_OF.get(text(Slot.STREAMING)),
        dimensions=_dimensions(values),
        session_id=text(Slot.SESSION_ID) or _group(fields.METADATA_SESSION, text(Slot.METADATA)),
        user_id=text(Slot.USER_ID),
        tags=_tags(values),
        agent_name=text(Slot.AGENT_NAME),
        workflow_name=text(Slot.WORKFLOW_NAME),
        tool_name=text(Slot.TOOL_NAME),
        tool_call_id=text(Slot.TOOL_CALL_ID),
        file_path=text(Slot.FILE_PATH),
        file_version=text(Slot.FILE_VERSION) if re.fullmatch(fields.FILE_VERSION, text(Slot.FILE_VERSION)) else "",
        file_operation=text(Slot.FILE_OPERATION),
        file_bytes=_int64(values.get(Slot.FILE_BYTES, b"")),
        error_type=text(Slot.ERROR_TYPE) or _text(_of_exception(span, names.EXCEPTION_TYPE)),
        error_message=_error_message(span),
        input_preview=preview(values.get(Slot.INPUT) or values.get(Slot.FILE_PATH, b"")),
        output_preview=preview(values.get(Slot.OUTPUT, b"")),
    )


# ---- attributes and kinds ----------------------------------------------------------------------------------------

_SIGNAL_KEYS: Final = frozenset(key for key, _ in SIGNAL_CODES)


def _kind_code(span: SpanView) -> int:
    """The code of the first rule that answers."""
    attributes = [(key, value) for key, value in zip(span.attr_keys, span.attr_values, strict=True) if value]
    codes = [NO_CODE]
    codes += (PRESENCE_CODES.get(key, NO_CODE) for key, _ in attributes)
    codes += (_signal_code(key, value) for key, value in attributes if key in _SIGNAL_KEYS)
    return min(codes)


def _signal_code(key: str, value: bytes) -> int:
    if key == names.TRACEWAY_SPAN_KIND:
        fits = re.fullmatch(kinds.EXPLICIT_KIND, _text(value))
        return SIGNAL_CODES.get((key, _text(value)), CUSTOM_CODE if fits else NO_CODE)
    return SIGNAL_CODES.get((key, _text(value.split(b" ", 1)[0].lower())), NO_CODE)


def _kind(code: int, explicit: str, span_name: str) -> str:
    if re.fullmatch(kinds.EXPLICIT_KIND, explicit):
        return explicit
    if code == FS_CODE:
        prefixes = (kind for prefix, kind in kinds.FS_NAME_PREFIXES.items() if span_name.startswith(prefix))
        return next(prefixes, kinds.SpanKind.FS)
    return FINDINGS[(code >> ROLE_BITS) - 1].kind


_PLACES: Final = {
    (slot, key): (place, fields.ROLES_OF.get((slot, key), tuple(Role)))
    for slot, keys in fields.SLOTS.items()
    for place, key in enumerate(keys)
}
_SLOTS_OF: Final = {key: tuple(slot for slot, other in _PLACES if other == key) for _, key in _PLACES}


def _values(span: SpanView, role: Role) -> Values:
    """The value of every slot that has one: of its first attribute in order, of equal ones the last in the span."""
    best: dict[Slot, tuple[int, bytes]] = {}
    for key, type_, value in zip(span.attr_keys, span.attr_types, span.attr_values, strict=True):
        for slot in _SLOTS_OF.get(key, ()) if value else ():
            place, roles = _PLACES[slot, key]
            counts = role in roles and (type_ < LIST_TYPE or slot in fields.LIST_SLOTS)
            if counts and (slot not in best or place <= best[slot][0]):
                best[slot] = place, value
    return {slot: value for slot, (_, value) in best.items()}


# ---- fields ------------------------------------------------------------------------------------------------------


def _provider(values: Values) -> str:
    name = _text(values.get(Slot.PROVIDER, b"").lower())
    if _text(values.get(Slot.SERVER_PORT, b"")) == fields.OLLAMA_PORT and name.startswith("openai"):
        return "ollama"
    return fields.PROVIDER_OF.get(name, name)


def _tokens(values: Values, slot: Slot, json_pattern: str) -> int | None:
    tokens = _uint32(values.get(slot, b""))
    if tokens is not None:
        return tokens
    return _uint32(_group(json_pattern, _text(values.get(Slot.USAGE_DETAILS, b""))).encode())


def _input_tokens(values: Values) -> int | None:
    """With cached tokens. Where they are more than the input, the sender counts them apart, and they are added."""
    tokens = _tokens(values, Slot.INPUT_TOKENS, fields.USAGE_INPUT)
    cached = sum(_uint32(values.get(slot, b"")) or 0 for slot in (Slot.CACHE_READ, Slot.CACHE_WRITE))
    return None if tokens is None else tokens + (cached if cached > tokens else 0)


def _cost(values: Values) -> float | None:
    """USD. A cost of 0 is not a price: instrumentations report it for models they do not know."""
    total = _number(values.get(Slot.COST, b""))
    details = _number(_group(fields.COST_TOTAL, _text(values.get(Slot.COST_DETAILS, b""))).encode())
    parts = _number(values.get(Slot.INPUT_COST, b"")) + _number(values.get(Slot.OUTPUT_COST, b""))
    return _measure(total, details, parts)


def _time_to_first_token(values: Values, span: SpanView) -> float | None:
    events = zip(span.event_times, span.event_names, strict=True)
    first = {name: time for time, name in reversed(tuple(events))}
    first_chunk = max(first.get(name, 0) for name in names.EVENT_FIRST_CHUNK)
    since_start = (first_chunk - span.start_ns + 2**63) % 2**64 - 2**63
    return _measure(
        _number(values.get(Slot.TTFT_SECONDS, b"")) * 1000,
        _number(values.get(Slot.TTFT_MS, b"")),
        since_start / 1e6,
    )


def _dimensions(values: Values) -> int | None:
    count = _uint32(values.get(Slot.DIMENSIONS, b""))
    return count if count and count <= fields.MAX_DIMENSIONS else None


def _finish_reasons(values: Values) -> tuple[str, ...]:
    words = re.findall(fields.WORDS.encode(), values.get(Slot.FINISH_REASONS, b""))
    return tuple(fields.FINISH_REASON_OF.get(word.decode(), word.decode()) for word in words)


def _tags(values: Values) -> tuple[str, ...]:
    quoted = '"' + _text(values.get(Slot.TAGS, b"")) + '"'
    # RE2 matches characters, which the bytes of a list that are no UTF-8 are not.
    return tuple(re.findall(fields.ITEMS.replace("[^", "[^\udc80-\udcff"), quoted))


def _error_message(span: SpanView) -> str:
    if span.status_code != _ERROR:
        return ""
    message = span.status_message.encode() or _of_exception(span, names.EXCEPTION_MESSAGE)
    return _text(left_utf8(message, fields.MAX_ERROR_MESSAGE))


_ERROR: Final = 2


def _of_exception(span: SpanView, key: str) -> bytes:
    """An attribute of the last exception event of a failed span; b"" if there is none."""
    exceptions = [i for i, name in enumerate(span.event_names) if name == names.EVENT_EXCEPTION]
    if span.status_code != _ERROR or not exceptions or key not in span.event_keys[exceptions[-1]]:
        return b""
    return span.event_values[exceptions[-1]][span.event_keys[exceptions[-1]].index(key)]


# ---- numbers and texts, as the engine reads them -----------------------------------------------------------------


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _group(pattern: str, text: str) -> str:
    """The first group of the first match; "" if there is none."""
    found = re.search(pattern, text)
    return found[1] if found else ""


def _uint32(value: bytes) -> int | None:
    number = int(value) if re.fullmatch(rb"\+?[0-9]{1,40}", value) else -1
    return number if 0 <= number < 2**32 else None


def _int64(value: bytes) -> int | None:
    number = int(value) if re.fullmatch(rb"[+-]?[0-9]{1,40}", value) else 2**63
    return number if -(2**63) <= number < 2**63 else None


def _number(value: bytes) -> float:
    """A number in decimal; 0 for everything else."""
    return float(value) if re.fullmatch(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", value) else 0.0


def _measure(*candidates: float) -> float | None:
    """The first candidate that is a positive, plausible number."""
    return next((x for x in candidates if 0 < x < fields.MAX_MEASURE), None)
