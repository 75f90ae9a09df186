"""The query language as URL parameters: tables that the parser, the error messages and the OpenAPI document share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial
from typing import Any

from ..errors import BadInput
from . import values
from .filters import SORT_KEYS
from .nearest import did_you_mean

MAX_LIMIT = 1000
MAX_REPEATS = 100

Parse = Callable[[str, int], Any]
"""From the text and the unix nanoseconds that relative times count from; raises ``ValueError``."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One URL parameter. ``field`` is where its value goes (a field of a filter, or a name the handler knows);
    ``expected`` completes the sentence "model is ''; expected …"; ``schema`` is its JSON Schema."""

    name: str
    field: str
    parse: Parse
    expected: str
    about: str
    schema: Mapping[str, Any] = dataclass_field(default_factory=lambda: {"type": "string"})
    aliases: tuple[str, ...] = ()
    repeats: bool = False
    required: bool = False


def read(parameters: Sequence[Parameter], items: Iterable[tuple[str, str]], now_ns: int) -> dict[str, Any]:
    """The values by ``Parameter.field``; what was not given is absent, what repeats is a tuple in the order given.

    Raises ``BadInput`` for an unknown name (with the nearest known ones), a value that does not parse, and a
    parameter given twice that must not be.
    """
    by_name = {name: parameter for parameter in parameters for name in (parameter.name, *parameter.aliases)}
    found: dict[str, Any] = {}
    for name, text in items:
        parameter = by_name.get(name)
        if parameter is None:
            raise _unknown(name, list(by_name))
        value = _parse(parameter, name, text, now_ns)
        if not parameter.repeats:
            if parameter.field in found:
                raise BadInput(f"{name} is given more than once; expected it once", field=name)
            found[parameter.field] = value
        elif value not in (so_far := found.get(parameter.field, ())):
            if len(so_far) == MAX_REPEATS:
                raise BadInput(f"{name} is given more than {MAX_REPEATS} times; expected fewer values", field=name)
            found[parameter.field] = (*so_far, value)
    for parameter in parameters:
        if parameter.required and parameter.field not in found:
            raise BadInput(f"{parameter.name} is missing; expected {parameter.expected}", field=parameter.name)
    _check_bounds(found)
    return found


def _parse(parameter: Parameter, name: str, text: str, now_ns: int) -> Any:
    try:
        return parameter.parse(text, now_ns)
    except ValueError:
        shown = text if len(text) <= 100 else text[:100] + "…"
        raise BadInput(f"{name} is {shown!r}; expected {parameter.expected}", field=name) from None


def _unknown(name: str, known: list[str]) -> BadInput:
    shown = name if len(name) <= 60 else name[:60] + "…"
    takes = f"expected one of: {', '.join(known)}" if known else "expected none at all"
    return BadInput(f"{shown!r} is not a parameter here; {did_you_mean(name, known) or takes}", field=shown)


def _check_bounds(found: Mapping[str, Any]) -> None:
    for low, high, shown_low, shown_high in _BOUNDS:
        if low in found and high in found and found[low] > found[high]:
            raise BadInput(f"{shown_low} is above {shown_high}, so nothing can match", field=shown_low)


_BOUNDS = (
    ("since_ns", "until_ns", "since", "until"),
    ("min_duration_ns", "max_duration_ns", "min_duration", "max_duration"),
    ("min_tokens", "max_tokens", "min_tokens", "max_tokens"),
    ("min_cost_usd", "max_cost_usd", "min_cost", "max_cost"),
)


def _text(text: str, now_ns: int) -> str:
    if not text or len(text) > 1000:
        raise ValueError("empty or too long")
    return text


def _kind(text: str, now_ns: int) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_.-]{0,63}", text):
        raise ValueError("not a kind")
    return text


def _choice(choices: Mapping[str, Any], text: str, now_ns: int) -> Any:
    if text.lower() not in choices:
        raise ValueError("not one of the choices")
    return choices[text.lower()]


def _plain(parse: Callable[[str], Any]) -> Parse:
    return lambda text, now_ns: parse(text)


def choice(name: str, field: str, choices: Mapping[str, Any], about: str) -> Parameter:
    """A parameter with a fixed set of values, in any case."""
    schema = {"type": "string", "enum": list(choices)}
    return Parameter(name, field, partial(_choice, choices), "one of " + ", ".join(choices), about, schema)


def text(
    name: str,
    field: str,
    about: str,
    *,
    aliases: tuple[str, ...] = (),
    repeats: bool = True,
    required: bool = False,
) -> Parameter:
    """A parameter that takes any text, compared as it stands."""
    expected = "1 to 1000 characters"
    return Parameter(name, field, _text, expected, about, aliases=aliases, repeats=repeats, required=required)


def hex_id(
    name: str, field: str, digits: int, about: str, *, aliases: tuple[str, ...] = (), required: bool = False
) -> Parameter:
    """A parameter that takes an OTel id."""
    schema = {"type": "string", "pattern": f"^[0-9a-fA-F]{{{digits}}}$"}
    parse = _plain(partial(values.hex_id, digits=digits))
    return Parameter(name, field, parse, f"{digits} hexadecimal digits", about, schema, aliases, required=required)


def limit(default: int, highest: int = MAX_LIMIT) -> Parameter:
    """How many rows to give at most."""
    schema = {"type": "integer", "minimum": 1, "maximum": highest, "default": default}
    parse = _plain(partial(values.whole_number, lowest=1, highest=highest))
    return Parameter("limit", "limit", parse, f"a whole number from 1 to {highest}", "Rows to give at most.", schema)


A_TIME = 'an RFC 3339 time ("2026-11-21T06:51:46Z"), a unix time in s, ms, µs or ns, or an age such as "15m"'
A_DURATION = 'a duration such as "2s", "150ms" or "1.5m"; a number alone is milliseconds'


def time(name: str, field: str, about: str, *, required: bool = False) -> Parameter:
    """A parameter that takes an instant."""
    return Parameter(name, field, values.time_ns, A_TIME, f"{about} Takes {A_TIME}.", required=required)


def _duration(name: str, field: str, about: str) -> Parameter:
    return Parameter(name, field, _plain(values.duration_ns), A_DURATION, about)


def content_id(name: str, field: str, about: str, *, required: bool = False) -> Parameter:
    """A parameter that takes the hash of a content, with or without the name of the algorithm."""
    schema = {"type": "string", "pattern": "^(sha256:)?[0-9a-fA-F]{64}$"}
    expected = '"sha256:" and 64 hexadecimal digits'
    return Parameter(name, field, _plain(values.content_id), expected, about, schema, required=required)


def path(name: str, field: str, about: str) -> Parameter:
    """A parameter that takes a path of any characters."""
    return Parameter(name, field, _path, "a path of 1 to 32768 characters", about)


def _path(text: str, now_ns: int) -> str:
    if not 0 < len(text) <= 32_768:
        raise ValueError("empty or too long")
    return text


def _tokens(name: str, field: str, about: str) -> Parameter:
    schema = {"type": "integer", "minimum": 0}
    return Parameter(name, field, _plain(values.whole_number), "a whole number of tokens, 0 or more", about, schema)


def _cost(name: str, field: str, about: str) -> Parameter:
    schema = {"type": "number", "minimum": 0}
    return Parameter(name, field, _plain(values.amount_usd), "US dollars, 0 or more, such as 0.25", about, schema)


STATUSES = {"ok": "ok", "error": "error", "running": "running", "completed": "ok", "failed": "error"}
SEVERITIES = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}


def _severity(text: str, now_ns: int) -> int:
    return SEVERITIES.get(text.lower()) or values.whole_number(text, lowest=1, highest=24)


CURSOR = Parameter(
    "cursor", "cursor", _text, "the next_cursor of the page before", "Where to go on: next_cursor of the page before."
)
SINCE = time("since", "since_ns", "Started at this time or later.")
UNTIL = time("until", "until_ns", "Started at this time or earlier.")
TRACE = hex_id("trace", "trace_id", 32, "In this trace.", aliases=("trace_id",))
PATH_TRACE = hex_id("trace_id", "path_trace_id", 32, "The trace.")
PATH_SPAN = hex_id("span_id", "path_span_id", 16, "The span.")
PATH = text(
    "path",
    "paths",
    "A file's path: how it begins, or a glob (* and ? stay within a folder, ** does not) over all of it.",
)

Q = Parameter(
    "q",
    "q",
    lambda text, now_ns: text,
    "a query",
    "A query such as `kind:tool duration:>2s refund`; its keys are those of /api/facets/keys.",
)

SPAN_FILTER: tuple[Parameter, ...] = (
    Q,
    Parameter(
        "kind",
        "kinds",
        _kind,
        'a kind such as "llm_call", "tool" or "fs_read"',
        "Of this kind; custom is none of the typed ones.",
        repeats=True,
    ),
    text("model", "models", "The model that answered."),
    text("provider", "providers", "The provider, as OTel names it."),
    Parameter(
        "status",
        "statuses",
        partial(_choice, STATUSES),
        "one of " + ", ".join(STATUSES),
        "How it ended; completed is ok, failed is error.",
        {"type": "string", "enum": list(STATUSES)},
        repeats=True,
    ),
    text("service", "services", "The service.name of the resource."),
    text("name", "names", "The name of the span."),
    text("session", "session_ids", "The session or conversation.", aliases=("session_id",)),
    text("user", "user_ids", "The end user.", aliases=("user_id",)),
    PATH,
    TRACE,
    SINCE,
    UNTIL,
    _duration("min_duration", "min_duration_ns", "At least this long."),
    _duration("max_duration", "max_duration_ns", "At most this long."),
    _tokens("min_tokens", "min_tokens", "At least so many input and output tokens together."),
    _tokens("max_tokens", "max_tokens", "At most so many input and output tokens together."),
    _cost("min_cost", "min_cost_usd", "At least this many US dollars; an unknown cost does not match."),
    _cost("max_cost", "max_cost_usd", "At most this many US dollars; an unknown cost does not match."),
)

SPAN_SORT: tuple[Parameter, ...] = (
    choice("sort_by", "sort", {key: key for key in SORT_KEYS}, "What to sort by; unknown values come last."),
    choice("sort_order", "descending", {"desc": True, "asc": False}, "Which way; desc unless told otherwise."),
)

FILE_FILTER: tuple[Parameter, ...] = (
    PATH,
    text("q", "text", "Found in the path, in any case.", repeats=False),
    text("service", "services", "The service.name of the resource of who used it."),
    TRACE,
    SINCE,
    UNTIL,
)

LOG_FILTER: tuple[Parameter, ...] = (
    TRACE,
    hex_id("span", "span_id", 16, "Of this span.", aliases=("span_id",)),
    text("service", "services", "The service.name of the resource."),
    Parameter(
        "severity",
        "min_severity",
        _severity,
        "a severity number from 1 to 24, or one of " + ", ".join(SEVERITIES),
        "This severe or more.",
    ),
    text("event_name", "event_names", "The event name."),
    SINCE,
    UNTIL,
    text("q", "text", "Found in the body.", repeats=False),
)
