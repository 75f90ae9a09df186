"""Write the reference documents that are made from code, or with ``--check`` say which are out of date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from vocabulary import vocabulary

from traceway import settings as application
from traceway_collector.api.openapi import document
from traceway_collector.api.routes import ENDPOINTS, PREFIX
from traceway_collector.settings import Settings, env_name, shown_default

ROOT = Path(__file__).resolve().parent.parent
_BOUNDS = {"minimum": "from", "maximum": "to", "default": "by default"}
_NOTICE = "<!-- Made by `make fmt` from the code; edit the code instead. -->"


def settings() -> str:
    """``docs/settings.md`` from both tables of settings."""
    lines = [
        "# Settings of `traceway serve`",
        "",
        _NOTICE,
        "",
        "The defaults run. Every setting is a flag and an environment variable; a flag wins.",
        "",
        "| Flag | Environment | Default | What it does |",
        "|---|---|---|---|",
    ]
    for spec in fields(Settings):
        flag = "--" + spec.name.replace("_", "-")
        shown = f"{flag} {spec.metadata['metavar']}" if spec.metadata["metavar"] else flag
        lines.append(
            f"| `{shown}` | `{env_name(spec.name)}` | {shown_default(spec.name)} | {_cell(spec.metadata['help'])} |"
        )
    lines += [
        "",
        "# Settings of an application",
        "",
        "What `traceway run` and `opentelemetry-instrument` give to the program they start. OpenTelemetry's own "
        "variables (`OTEL_…`) work as everywhere and win where both say the same thing.",
        "",
        "| Environment | Default | What it does |",
        "|---|---|---|",
    ]
    for spec in fields(application.Settings):
        default = ("off", "on")[spec.default] if isinstance(spec.default, bool) else spec.default or "none"
        lines.append(f"| `{application.env_name(spec.name)}` | {default} | {_cell(spec.metadata['help'])} |")
    return "\n".join(lines) + "\n"


def api() -> str:
    """``docs/api.md`` from the OpenAPI document, which is made from the routes."""
    described = document(ENDPOINTS, "", PREFIX)
    lines = ["# REST API", "", _NOTICE, "", described["info"]["description"], ""]
    lines += ["A machine reads the same at `GET /api/openapi.json`.", "", "## Operations", ""]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            lines += [f"### {method.upper()} {path}", "", *_operation(operation), ""]
    lines += ["## Answers", ""]
    for name, schema in sorted(described["components"]["schemas"].items()):
        lines += [f"### {name}", "", *_model(schema), ""]
    return "\n".join(lines).rstrip() + "\n"


def _operation(operation: dict[str, Any]) -> Iterator[str]:
    media, content = next(iter(operation["responses"]["200"]["content"].items()))
    schema = content["schema"]
    answer = _type(schema) if "$ref" in schema else f"`{media}`"
    others = ", ".join(code for code in sorted(operation["responses"]) if code != "200")
    yield f"{operation['summary']} Answer: {answer}; otherwise {others} with [Error](#error)."
    if "requestBody" in operation:
        yield ""
        yield f"Body: {_type(operation['requestBody']['content']['application/json']['schema'])}."
    if operation["parameters"]:
        yield ""
        yield "| Parameter | Type | What it does |"
        yield "|---|---|---|"
    for parameter in operation["parameters"]:
        needed = " (required)" if parameter["required"] else ""
        yield f"| `{parameter['name']}`{needed} | {_type(parameter['schema'])} | {_cell(parameter['description'])} |"


def _model(schema: dict[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield " ".join(schema["description"].replace("``", "`").split())
        yield ""
    if not schema.get("properties"):
        yield f"Is {_type(schema)}."
        return
    yield "| Field | Type | Notes |"
    yield "|---|---|---|"
    for name, field in schema["properties"].items():
        yield f"| `{name}` | {_type(field)} | {_cell(field.get('description', ''))} |"


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in few words; models are links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_type(choice) for choice in schema[key])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(extra := schema.get("additionalProperties"), dict) and extra:
        return f"object of {_type(extra)}"
    bounds = [f"{word} {schema[key]}" for key, word in _BOUNDS.items() if key in schema]
    return " ".join([str(schema.get("type", "any JSON")), *bounds])


def _cell(text: str) -> str:
    return " ".join(text.replace("``", "`").split()).replace("|", "\\|")


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings,
    "docs/api.md": api,
    "docs/vocabulary.md": lambda: vocabulary(_NOTICE),
}


def stale() -> list[str]:
    """The documents that differ from what the code would write now."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check the documents made from code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a document is out of date")
    if parser.parse_args().check:
        for name in (found := stale()):
            print(f"{name} is out of date; run `make fmt`", file=sys.stderr)
        return 1 if found else 0
    for name, make in DOCUMENTS.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
