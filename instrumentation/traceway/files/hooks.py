"""Puts the parts together: stand-ins ask the gate, tell the recorder, whose thread makes spans and uploads."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from opentelemetry import trace

from ..endpoint import captures_content
from ..settings import MIB, Settings, load
from .content import Contents, Limits
from .exporter import content_exporter
from .gate import Gate
from .libraries import Libraries
from .opening import Open
from .operations import operations
from .os_open import Descriptors, OsClose, OsOpen
from .paths import PathFilter, globs_of
from .recorder import Recorder
from .spans import SpanWriter
from .standin import Patches, StandIn
from .upload import Uploader

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter

_MAX_FILE_MIB = 32
_installed: _Hooks | None = None


def install(
    settings: Settings | None = None,
    tracer_provider: trace.TracerProvider | None = None,
    log_exporter: LogRecordExporter | None = None,
) -> None:
    """Begin to record files, unless that has begun or the settings say no. Spans go to ``tracer_provider`` (the global
    one otherwise), contents to ``log_exporter`` (that of the environment)."""
    global _installed
    settings = settings or load()[0]
    if settings.fs and _installed is None:
        _installed = _Hooks(settings, tracer_provider or trace.get_tracer_provider(), log_exporter)


def uninstall() -> None:
    """Record what is still open, and put everything back."""
    global _installed
    if _installed is not None:
        _installed.stop()
        _installed = None


def is_installed() -> bool:
    """Whether files are recorded."""
    return _installed is not None


def flush() -> bool:
    """Wait until what happened so far is with the tracer and the exporter; whether it is in time."""
    return _installed is None or _installed.recorder.flush()


class _Hooks:
    """One set, from its start to ``stop``."""

    def __init__(self, settings: Settings, provider: trace.TracerProvider, exporter: LogRecordExporter | None) -> None:
        make_exporter = content_exporter() if exporter is None else lambda: exporter
        uploader = Uploader(
            make_exporter or _no_exporter,
            max_run_bytes=settings.fs_max_run_mib * MIB,
            withholds=_withholding(settings),
        )
        captures = captures_content() if settings.capture_content == "auto" else settings.capture_content == "on"
        contents = Contents(
            Limits(
                captures=captures and make_exporter is not None,
                max_file_bytes=min(settings.fs_max_file_mib, _MAX_FILE_MIB) * MIB,
                binary=settings.fs_binary,
                is_sent=uploader.is_sent,
                reserve=uploader.reserve,
            )
        )
        paths = PathFilter(globs_of(settings.fs_include), globs_of(settings.fs_exclude), _own_folders(settings))
        self._gate = Gate(paths, settings.fs_require_parent, settings.fs_caller)
        self.recorder = Recorder(SpanWriter(provider, uploader, settings.fs_max_spans))
        self._libraries = Libraries(self._gate, self.recorder, contents)
        self._patches = Patches()
        self.recorder.start()
        self._patches.put(self._stand_ins(settings, contents))
        self._libraries.install()

    def stop(self) -> None:
        self._gate.is_open = False
        self._patches.remove()
        self._libraries.remove()
        self.recorder.stop()

    def _stand_ins(self, settings: Settings, contents: Contents) -> list[StandIn]:
        descriptors = Descriptors(self._gate, self.recorder, contents)
        stand_ins = operations(self._gate, self.recorder, contents)
        stand_ins.append(Open(io.open, self._gate, self.recorder, contents, descriptors, settings.fs_before))
        if settings.fs_os_open:
            stand_ins += [OsOpen(os.open, descriptors), OsClose(os.close, descriptors)]
        return stand_ins


def _own_folders(settings: Settings) -> tuple[str, ...]:
    from ..export.spool import spool_root

    return (str(spool_root()),)


def _withholding(settings: Settings) -> Callable[[bytes], bool]:
    """Whether contents hold what the user wants redacted. Loaded when there is something to look at."""

    def withholds(data: bytes) -> bool:
        from ..privacy.redactor import LazyHook, Redactor
        from ..privacy.secrets import has_secret

        if settings.redact_secrets and has_secret(data):
            return True
        return bool(settings.redact) and Redactor(LazyHook(settings.redact), secrets=False).value(data) is not data

    return withholds


def _no_exporter() -> LogRecordExporter:
    raise LookupError("contents are not sent")
