"""The keys of the query language, in one table: what each means, which values it takes, how it is shown.

The parser of the form (``language.py``) knows no key; the store knows the names of the fields. Documents, completion
and error messages are made from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from . import key_values, values
from .filters import CUSTOM_KIND, SORT_KEYS, TYPED_KINDS, Condition, Operator, SpanFilter, SpanSort
from .key_values import Read, plain
from .language import BadQuery, Clause, Value, parse
from .nearest import did_you_mean
from .parameters import A_DURATION, A_TIME, STATUSES

KeyType = Literal["choice", "text", "number", "duration", "time", "money", "flag"]
_BOUNDS: Final = (">", ">=", "<", "<=")
OPERATORS: Final[Mapping[KeyType, tuple[str, ...]]] = {
    "choice": (":",),
    "text": (":",),
    "flag": (":",),
    "number": (":", *_BOUNDS, ".."),
    "duration": (":", *_BOUNDS, ".."),
    "money": (":", *_BOUNDS, ".."),
    "time": (":", ".."),
}
FLAGS: Final = (
    "error",
    "cost",
    "tokens",
    "input",
    "output",
    "file",
    "session",
    "user",
    "tag",
    "tool",
    "agent",
    "model",
    "events",
    "links",
    "parent",
)
MAX_VALUES: Final = 100


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``field``: that of the ``Condition``, or of the list it makes (since, until, trace, sort, order).

    ``expected`` completes "tokens is 'x'; expected …". ``choices``: all values there are, if they are few. ``named``:
    a name follows the key and a dot.
    """

    name: str
    type: KeyType
    about: str
    example: str
    read: Read
    expected: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    field: str = ""
    full_text: bool = False
    named: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """As they are written behind the key; ":" is "one of these values"."""
        return OPERATORS[self.type]


_ANY_TEXT = f'a text; "*" stands for any characters, {key_values.MAX_WILDCARDS} times at most'
_WORDS = 'a word, the beginning of one ("refun*") or a phrase in quotation marks'
_COUNT = 'a whole number, 0 or more, such as 1000 or "1k"'


def _of_text(name: str, about: str, example: str, *aliases: str) -> Key:
    return Key(name, "text", about, example, key_values.text, _ANY_TEXT, aliases)


def _of_words(name: str, about: str, example: str) -> Key:
    return Key(name, "text", about, example, key_values.words, _WORDS, full_text=True)


def _of_count(name: str, about: str, example: str, *aliases: str) -> Key:
    return Key(name, "number", about, example, plain(key_values.whole), _COUNT, aliases)


def _of_time(name: str, about: str, example: str) -> Key:
    # Read with the time that ages count from, by ``read_query``.
    return Key(name, "time", about, example, plain(str), A_TIME)


def _of_choice(name: str, about: str, example: str, choices: Mapping[str, Any], *aliases: str) -> Key:
    expected = "one of " + ", ".join(choices)
    return Key(name, "choice", about, example, key_values.one_of(choices), expected, aliases, tuple(choices))


KEYS: Final[tuple[Key, ...]] = (
    Key(
        "kind",
        "choice",
        "What a span is; custom is none of the others.",
        "kind:llm_call,tool",
        key_values.kind,
        'a kind such as "llm_call", "tool" or "fs_read"',
        choices=(*TYPED_KINDS, CUSTOM_KIND),
    ),
    _of_choice("status", "How it ended; completed is ok, failed is error.", "status:error", STATUSES),
    _of_text("model", "The model, as it was asked for or as it answered.", "model:gpt-4o*"),
    _of_text("provider", "The provider, as OTel names it.", "provider:openai"),
    _of_text("name", "The name of the span.", 'name:"chat gpt-4o"'),
    _of_text("service", "The service.name of the resource.", "service:shop"),
    _of_text("session", "The session or conversation.", "session:conv-17", "session_id"),
    _of_text("user", "The end user.", "user:mia", "user_id"),
    _of_text("tag", "A tag.", "tag:beta"),
    _of_text("agent", "The name of the agent.", "agent:planner"),
    _of_text("tool", "The name of the tool.", "tool:search_orders"),
    _of_text("operation", "The operation, as OTel names it.", "operation:chat"),
    _of_text("finish", "Why the model stopped.", "finish:length", "finish_reason"),
    Key(
        "file",
        "text",
        "A file's path: how it begins, or a glob (* and ? stay within a folder, ** does not) over all of it.",
        "file:/srv/**/*.md",
        key_values.path,
        "a path, or a glob over all of it",
        ("path",),
    ),
    _of_words("text", "Words anywhere in a span; the same as words without a key.", "text:refund"),
    _of_words("input", "Words in prompts and arguments.", "input:refund"),
    _of_words("output", "Words in answers and results.", 'output:"not found"'),
    _of_words("error", "Words in what is said of an error.", "error:timeout"),
    Key("duration", "duration", "How long it took.", "duration:>2s", plain(values.duration_ns), A_DURATION),
    Key(
        "ttft",
        "duration",
        "The time to the first token.",
        "ttft:>=500ms",
        plain(values.duration_ns),
        A_DURATION,
        ("time_to_first_token",),
    ),
    _of_count("tokens", "Input and output tokens together.", "tokens:>10k"),
    _of_count("input_tokens", "Tokens of the input, cached ones included.", "input_tokens:1000..2000"),
    _of_count("output_tokens", "Tokens of the output, reasoning included.", "output_tokens:<10"),
    _of_count("cache_read_tokens", "Tokens of the input that came from a cache.", "cache_read_tokens:>0"),
    _of_count("reasoning_tokens", "Tokens of the output that were spent on reasoning.", "reasoning_tokens:>500"),
    Key(
        "cost",
        "money",
        "US dollars; an unknown cost meets no bound.",
        "cost:>=0.25",
        plain(key_values.money),
        "US dollars, 0 or more, such as 0.25",
    ),
    Key(
        "has",
        "flag",
        "Whether there is such a thing.",
        "has:error",
        key_values.one_of(FLAGS),
        "one of " + ", ".join(FLAGS),
        choices=FLAGS,
    ),
    Key(
        "attr",
        "text",
        "An attribute of the span, by its name; numbers take bounds and ranges.",
        "attr.http.response.status_code:>=500",
        key_values.text,
        "a text or a number",
        field="attribute",
        named=True,
    ),
    Key(
        "resource",
        "text",
        "An attribute of the resource, by its name.",
        "resource.deployment.environment.name:production",
        key_values.text,
        _ANY_TEXT,
        field="resource",
        named=True,
    ),
    Key(
        "span",
        "text",
        "The span of this id.",
        "span:00f067aa0ba902b7",
        plain(lambda text: values.hex_id(text, 16)),
        "16 hexadecimal digits",
        ("span_id",),
    ),
    Key(
        "trace",
        "text",
        "The trace of this id.",
        "trace:4bf92f3577b34da6a3ce929d0e0e4736",
        plain(lambda text: values.hex_id(text, 32)),
        "32 hexadecimal digits",
        ("trace_id",),
    ),
    _of_time("since", "Started at this time or later; also a range of both.", "since:2h"),
    _of_time("until", "Started at this time or earlier.", "until:2026-11-21"),
    _of_choice("sort", "What spans are sorted by.", "sort:duration", {key: key for key in SORT_KEYS}),
    _of_choice("order", "Which way they are sorted.", "order:asc", {"desc": True, "asc": False}),
)

_BY_NAME: Final = {name: key for key in KEYS for name in (key.name, *key.aliases)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text in the query language asks. ``where`` holds conditions and the bounds and the trace it names.

    ``sort`` and ``descending`` are None where it says nothing; ``sort_at`` is where it says so, for an error.
    """

    where: SpanFilter = field(default_factory=SpanFilter)
    sort: SpanSort | None = None
    descending: bool | None = None
    sort_at: tuple[int, int] = (0, 0)


def find_key(name: str) -> Key | None:
    """The key of this name or alias, in any case; for a dotted name (``attr.x``, ``resource.x``, or an attribute's own
    name such as ``gen_ai.system``) the one that names attributes."""
    key = _BY_NAME.get(name.lower())
    if key is not None:
        return None if key.named else key
    head, dot, rest = name.partition(".")
    if not dot or not rest:
        return None
    found = _BY_NAME.get(head.lower())
    return found if found is not None and found.named else _BY_NAME["attr"]


def read_query(text: str, now_ns: int) -> Asked:
    """What ``text`` asks; ages such as "15m" count from ``now_ns``. Raises ``BadQuery``."""
    found: dict[str, Any] = {}
    conditions = []
    sorted_at = (0, 0)
    for clause in read_clauses(text):
        key = _key_of(clause)
        if key.name in _LIST_KEYS:
            for name, value in _LIST_KEYS[key.name](key, clause, now_ns):
                if name in found and found[name] != value:
                    raise _bad(clause, f"{key.name} is given twice; expected it once")
                found[name] = value
            if key.name in ("sort", "order"):
                sorted_at = (clause.start, clause.end)
        else:
            conditions.append(_condition(key, clause))
    if found.get("since_ns", 0) > found.get("until_ns", values.MAX_TIME_NS):
        raise BadQuery("since is after until, so nothing can match", 0, len(text))
    sort, descending = found.pop("sort", None), found.pop("descending", None)
    return Asked(SpanFilter(**found, conditions=tuple(dict.fromkeys(conditions))), sort, descending, sorted_at)


def read_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of ``text``, each with a key that exists. What looks like a range is one only where its key takes
    ranges: "12-34" may be the id of a user. Raises ``BadQuery``."""
    found = []
    for clause in parse(text):
        key = _key_of(clause)
        if clause.operator == "range" and key.type == "text":
            written = text[clause.start + clause.negated + len(clause.key) + 1 : clause.end]
            if key.field != "attribute" or not _between_numbers(clause, written):
                clause = replace(clause, operator="any", values=(Value(written, quoted="*" not in written),))
        found.append(clause)
    return tuple(found)


def _between_numbers(clause: Clause, written: str) -> bool:
    """Whether what looks like a range of an attribute is one: "1.2-rc" is a text, and "2026-11" a month."""
    try:
        low, high = (key_values.number(value.text) for value in clause.values)
    except ValueError:
        return False
    return low <= high or ".." in written


def _key_of(clause: Clause) -> Key:
    if not clause.key:
        return _BY_NAME["text"]
    key = find_key(clause.key)
    if key is None:
        raise _unknown(clause)
    return key


def _unknown(clause: Clause) -> BadQuery:
    end = clause.start + clause.negated + len(clause.key)
    named = _BY_NAME.get(clause.key.lower().rstrip("."))
    if named is not None and named.named:
        message = f"{clause.key} names no attribute; expected one after a dot, such as {named.example}"
        return BadQuery(message, clause.start + clause.negated, end)
    hint = did_you_mean(clause.key, _BY_NAME) or (
        f"expected one of: {', '.join(key.name for key in KEYS)}; to look for it as text, put it in quotation marks"
    )
    shown = clause.key if len(clause.key) <= 60 else clause.key[:60] + "…"
    return BadQuery(f"{shown!r} is not a key; {hint}", clause.start + clause.negated, end)


def _condition(key: Key, clause: Clause) -> Condition:
    of = key.field or key.name
    attribute = _attribute(key, clause)
    if clause.operator == "any" or clause.operator == "text":
        if len(clause.values) > MAX_VALUES:
            raise _bad(clause, f"{clause.key} has {len(clause.values)} values; expected at most {MAX_VALUES}")
        operator: Operator = "has" if key.type == "flag" else "text" if key.full_text else "any"
        found = tuple(dict.fromkeys(_read(key, clause, value) for value in clause.values))
        return Condition(of, operator, found, clause.negated, attribute)
    shown = ".." if clause.operator == "range" else clause.operator
    if shown not in (OPERATORS["number"] if of == "attribute" else key.operators):
        raise _bad(clause, f"{clause.key} does not take {shown!r}; expected {clause.key}: and {key.expected}")
    reading = replace(key, read=plain(key_values.number), expected="a number") if of == "attribute" else key
    bounds = tuple(_read(reading, clause, value) for value in clause.values)
    if clause.operator == "range" and bounds[0] > bounds[1]:
        raise _bad(clause, f"{clause.key} begins above its end, so nothing can match")
    return Condition(of, clause.operator, bounds, clause.negated, attribute)


def _attribute(key: Key, clause: Clause) -> str:
    if not key.named:
        return ""
    prefix = key.name + "."
    return clause.key[len(prefix) :] if clause.key.lower().startswith(prefix) else clause.key


def _read(key: Key, clause: Clause, value: Value) -> Any:
    try:
        return key.read(value)
    except ValueError:
        shown = value.text if len(value.text) <= 100 else value.text[:100] + "…"
        raise _bad(clause, f"{clause.key or 'text'} is {shown!r}; expected {key.expected}") from None


def _one_value(key: Key, clause: Clause) -> Any:
    """The value of a key that is about the list: one, and not negated."""
    if clause.negated:
        raise _bad(clause, f"{key.name} cannot be negated")
    if clause.operator != "any" or len(clause.values) != 1:
        raise _bad(clause, f"{key.name} has no single value; expected {key.expected}")
    return _read(key, clause, clause.values[0])


def _times(key: Key, clause: Clause, now_ns: int) -> list[tuple[str, Any]]:
    timed = replace(key, read=lambda value: values.time_ns(value.text, now_ns))
    if clause.operator == "range" and not clause.negated:
        since, until = (_read(timed, clause, value) for value in clause.values)
        if since > until:
            raise _bad(clause, f"{key.name} begins after its end, so nothing can match")
        return [("since_ns", since), ("until_ns", until)]
    return [(f"{key.name}_ns", _one_value(timed, clause))]


def _list_value(name: str) -> Callable[[Key, Clause, int], list[tuple[str, Any]]]:
    return lambda key, clause, now_ns: [(name, _one_value(key, clause))]


_LIST_KEYS: Final[Mapping[str, Callable[[Key, Clause, int], list[tuple[str, Any]]]]] = {
    "since": _times,
    "until": _times,
    "trace": _list_value("trace_id"),
    "sort": _list_value("sort"),
    "order": _list_value("descending"),
}


def _bad(clause: Clause, message: str) -> BadQuery:
    return BadQuery(message, clause.start, clause.end)
