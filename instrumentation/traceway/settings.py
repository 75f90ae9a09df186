"""What an application can be told: one table that feeds the environment, ``traceway doctor`` and the documentation.

Every field is ``TRACEWAY_<NAME>`` in the environment. OpenTelemetry's own variables come first where both say the same
thing. A value that cannot be used is reported and the default taken: telemetry never stops an application.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

MIB = 1 << 20
_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_AGE_UNITS_S = {"m": 60, "h": 3600, "d": 86400, "w": 604800}


def _setting(default: Any, help: str, *, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"help": help, "choices": choices})


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults run against a collector on this machine."""

    url: str = _setting("", "Address of the collector. OTEL_EXPORTER_OTLP_ENDPOINT and its kind win over it.")
    api_key: str = _setting("", "Key of the collector, sent as a bearer token.")
    run_id: str = _setting("", "Names this run; made up, and handed to child processes, when empty.")
    run_span: str = _setting(
        "auto",
        "A span around the whole program, which holds together what has no other parent: auto unless it is a server.",
        choices=("auto", "on", "off"),
    )
    capture_content: str = _setting(
        "auto",
        "Record prompts, answers and the contents of files: auto does if the collector is on this machine.",
        choices=("auto", "on", "off"),
    )
    redact: str = _setting("", "A function str -> str that all recorded content passes through, as module:function.")
    redact_secrets: bool = _setting(True, "Replace what looks like a key, token or password in recorded content.")
    openai_stream_usage: bool = _setting(True, "Ask for token usage in streams, and hide the extra chunk.")
    spool_dir: str = _setting("", "Where undelivered telemetry waits; the user's state folder when empty.")
    spool_max_mib: int = _setting(256, "Most that waits there, in MiB; the oldest makes room.")
    spool_max_age: str = _setting("7d", "How long it may wait: 90m, 12h, 7d, 2w.")
    fs: bool = _setting(True, "Record files that are read and written.")
    fs_include: str = _setting("", "Record only paths that match one of these globs, separated by commas.")
    fs_exclude: str = _setting("", "Never record paths that match one of these globs, separated by commas.")
    fs_require_parent: bool = _setting(False, "Record files only inside another span.")
    fs_os_open: bool = _setting(False, "Also see os.open and os.close, which few programs call.")
    fs_binary: bool = _setting(False, "Send the contents of files that are not text, too; else only their hash.")
    fs_max_file_mib: int = _setting(1, "Largest file whose contents are sent, in MiB, up to 32.")
    fs_max_run_mib: int = _setting(64, "Most bytes of contents that one process sends, in MiB.")
    fs_max_spans: int = _setting(1000, "Most file spans in one trace; further ones are counted only.")
    fs_before: bool = _setting(False, "Also hash what a file held before it is opened for writing.")
    fs_caller: bool = _setting(False, "Note the line of code that opened the file.")


def load(environ: Mapping[str, str] | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The settings of the environment, and a sentence for each value that cannot be used."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    problems: list[str] = []
    for spec in fields(Settings):
        text = environ.get(env_name(spec.name))
        if text is None:
            continue
        try:
            values[spec.name] = _parse(spec.default, spec.metadata["choices"], text.strip())
            if spec.name == "spool_max_age":
                age_s(values[spec.name])
        except ValueError as error:
            problems.append(f"{env_name(spec.name)} is {text!r}; expected {error}; using {spec.default!r}")
            values.pop(spec.name, None)
    return Settings(**values), tuple(problems)


def say(problems: Iterable[str]) -> None:
    """Log each of them, once in a process."""
    for problem in problems:
        _say(problem)


@cache
def _say(problem: str) -> None:
    import logging

    logging.getLogger("traceway").warning("%s", problem)


def env_name(name: str) -> str:
    """The environment variable of a setting."""
    return "TRACEWAY_" + name.upper()


def age_s(text: str) -> int:
    """Seconds of an age such as 7d. Raises ``ValueError`` saying what would be right."""
    factor = _AGE_UNITS_S.get(text[-1:])
    if factor is None or not text[:-1].isdecimal() or int(text[:-1]) == 0:
        raise ValueError("an age such as 90m, 12h, 7d or 2w")
    return int(text[:-1]) * factor


def _parse(default: Any, choices: tuple[str, ...], text: str) -> Any:
    if choices:
        # A switch is a natural answer to a question of on, off or auto.
        chosen = {"1": "on", "true": "on", "yes": "on", "0": "off", "false": "off", "no": "off"}.get(
            text.lower(), text.lower()
        )
        if chosen not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return chosen
    if isinstance(default, bool):
        if text.lower() not in _SWITCH:
            raise ValueError("true or false")
        return _SWITCH[text.lower()]
    if isinstance(default, int):
        if not text.isdecimal() or int(text) < 1:
            raise ValueError("a whole number of at least 1")
        return int(text)
    return text
