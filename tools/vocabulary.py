"""``docs/vocabulary.md``, from the tables of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from traceway_semconv import fields, kinds, names, sql

_TITLE = "# The vocabulary"
_SHOWN = {
    "kind": "what the span did: see [Kinds](#kinds)",
    "kind_source": "the rule that told: see [Kinds](#kinds)",
    "operation": "else the operation its kind was told by stands for",
    "provider": f"in OTel's words, lower case; `openai` on port {fields.OLLAMA_PORT} is `ollama`",
    "model": "the response's, else the request's",
    "input_tokens": "with cached ones: if they are more than the input, they were counted apart and are added",
    "reported_cost_usd": "USD; 0 is no price",
    "finish_reasons": "in OTel's words, from a list, JSON or one word",
    "time_to_first_token_ms": "milliseconds; else by the event `" + "` or `".join(names.EVENT_FIRST_CHUNK) + "`",
    "dimensions": f"at most {fields.MAX_DIMENSIONS}; more is the length of a base64 text",
    "session_id": "else `session_id` in the JSON of `metadata`; never the thread or the MCP session",
    "tags": "from a list, JSON or one word",
    "file_version": "`sha256:` and 64 digits",
    "error_type": "else the type of the last exception event of a failed span",
    "error_message": f"of a failed span: its status, else its last exception; {fields.MAX_ERROR_MESSAGE} characters",
    "input_preview": f"the last text of the messages, on one line, {fields.MAX_PREVIEW} characters",
    "output_preview": f"the last text of the messages, on one line, {fields.MAX_PREVIEW} characters",
}
_SLOTS: dict[str, tuple[fields.Slot, ...]] = {
    "kind": (fields.Slot.TRACEWAY_KIND,),
    "kind_source": (),
    "model": (fields.Slot.RESPONSE_MODEL, fields.Slot.REQUEST_MODEL),
    "provider": (fields.Slot.PROVIDER,),
    "input_tokens": (fields.Slot.INPUT_TOKENS, fields.Slot.USAGE_DETAILS),
    "output_tokens": (fields.Slot.OUTPUT_TOKENS, fields.Slot.USAGE_DETAILS),
    "cache_read_tokens": (fields.Slot.CACHE_READ,),
    "cache_write_tokens": (fields.Slot.CACHE_WRITE,),
    "reasoning_tokens": (fields.Slot.REASONING,),
    "reported_cost_usd": (
        *(fields.Slot.COST, fields.Slot.COST_DETAILS),
        *(fields.Slot.INPUT_COST, fields.Slot.OUTPUT_COST),
    ),
    "time_to_first_token_ms": (fields.Slot.TTFT_SECONDS, fields.Slot.TTFT_MS),
    "session_id": (fields.Slot.SESSION_ID, fields.Slot.METADATA),
    "error_message": (),
    "input_preview": (fields.Slot.INPUT, fields.Slot.FILE_PATH),
    "output_preview": (fields.Slot.OUTPUT,),
}


def vocabulary(notice: str) -> str:
    """The document, with ``notice`` below its title."""
    spending = ", ".join(f"`{kind}`" for kind in kinds.SPENDING_KINDS)
    lines = [
        *(_TITLE, "", notice, ""),
        "What Traceway knows of a span it works out when the span is written, from the attributes of any",
        "instrumentation: Python (`evaluate.py`) and the engine (`sql.py`) say the same from one set of tables. The",
        "raw attributes are kept as they came.",
        "",
        "## Fields",
        "",
        "Of the attributes of a field, the first that has a value counts. Tokens and cost are kept on",
        f"{spending} only: other kinds repeat what their children spent.",
        "",
        *("| Field | Attributes, in order | Notes |", "|---|---|---|"),
        *_fields(),
        "",
        "## Kinds",
        "",
        "The first rule that answers wins; `kind_source` is its name. An unknown value goes on to the next rule.",
        "",
        *("| `kind_source` | Tells by | Kind |", "|---|---|---|"),
        *_kinds(),
        "",
        "## Attributes",
        *_attributes(),
    ]
    return "\n".join(lines) + "\n"


def _fields() -> Iterator[str]:
    indexed = {key: template for template in names.ATTRIBUTES if "{n}" in template for key in names.indexed(template)}
    for column in sql.facts():
        slots = _SLOTS.get(column.name)
        if slots is None:
            slots = (fields.Slot[column.name.upper()],)
        keys = dict.fromkeys(indexed.get(key, key) for slot in slots for key in fields.SLOTS[slot])
        shown = ", ".join(f"`{key}`" for key in keys)
        yield f"| `{column.name}` | {shown} | {_SHOWN.get(column.name, '')} |"


def _kinds() -> Iterator[str]:
    yield f"| `{names.TRACEWAY_SPAN_KIND}` | its value, if it matches `{kinds.EXPLICIT_KIND}` | as given |"
    for rule in kinds.RULES:
        if isinstance(rule, kinds.PresenceRule):
            keys = ", ".join(f"`{key}`" for key in rule.attributes)
            yield f"| `{rule.source}` | {keys} is there | `{rule.kind}` |"
            continue
        for kind in dict.fromkeys(kind for kind, _ in rule.kinds.values()):
            values = ", ".join(f"`{value}`" for value, (of, _) in rule.kinds.items() if of == kind)
            yield f"| `{rule.attribute}` | its value, in lower case: {values} | `{kind}` |"
    yield f"| `{kinds.SOURCE_NONE}` | nothing | `{kinds.SpanKind.SPAN}` |"


def _attributes() -> Iterator[str]:
    origin = ""
    for attribute in names.ATTRIBUTES.values():
        if attribute.origin != origin:
            origin = attribute.origin
            yield from (
                "",
                f"### {origin}",
                "",
                "| Attribute | Type | Unit | Example | Notes |",
                "|---|---|---|---|---|",
            )
        unit = f"`{attribute.unit}`" if attribute.unit else ""
        yield f"| `{attribute.key}` | {attribute.type} | {unit} | `{attribute.example}` | {attribute.note} |"
