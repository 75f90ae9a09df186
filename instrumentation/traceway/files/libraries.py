"""Parquet, whose readers and writers open files in C++ and Rust: pandas, pyarrow and polars, each wrapped when it has
been imported. What they do with Python's own ``open`` meanwhile is part of it; so is one of them that calls another."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final, NamedTuple

from opentelemetry.context import Context

from ..contain import contained
from ..distro.importing import when_imported
from .content import Contents
from .event import READ, WRITE, Failure, FileEvent
from .gate import Gate, covered
from .paths import as_text
from .recorder import PART, Recorder


class _Function(NamedTuple):
    """``argument`` holds the path, or several: the first of those that a method is called with, unless it is named."""

    module: str
    name: str
    operation: str
    argument: str
    position: int = 0


FUNCTIONS: Final = (
    _Function("pandas", "read_parquet", READ, "path"),
    _Function("pandas", "DataFrame.to_parquet", WRITE, "path"),
    _Function("pyarrow.parquet", "read_table", READ, "source"),
    _Function("pyarrow.parquet", "read_pandas", READ, "source"),
    _Function("pyarrow.parquet", "read_metadata", READ, "where"),
    _Function("pyarrow.parquet", "read_schema", READ, "where"),
    _Function("pyarrow.parquet", "write_table", WRITE, "where", 1),
    _Function("pyarrow.parquet", "ParquetFile.__init__", READ, "source"),
    _Function("polars", "read_parquet", READ, "source"),
    _Function("polars", "scan_parquet", READ, "source"),
    _Function("polars", "DataFrame.write_parquet", WRITE, "file"),
    _Function("polars", "LazyFrame.sink_parquet", WRITE, "path"),
)
"""What is wrapped. ``scan_parquet`` and ``ParquetFile`` read later: the span tells that and when they were asked to."""

_MAX_PATHS = 100
_ours = contained(PART)


class Libraries:
    """``install`` once; ``remove`` puts the functions back that are still ours."""

    def __init__(self, gate: Gate, recorder: Recorder, contents: Contents) -> None:
        self._gate = gate
        self._recorder = recorder
        self._contents = contents
        self._wrapped: list[tuple[Any, str, Any, Any]] = []

    def install(self) -> None:
        for module in dict.fromkeys(function.module for function in FUNCTIONS):
            when_imported(module, self._wrap)

    def remove(self) -> None:
        for owner, name, original, wrapper in self._wrapped:
            if getattr(owner, name, None) is not None and vars(owner).get(name) is wrapper:
                setattr(owner, name, original)
        self._wrapped.clear()

    def _wrap(self, module: ModuleType) -> None:
        if not self._gate.is_open:
            return
        for function in FUNCTIONS:
            if function.module == module.__name__:
                with _ours:
                    self._wrap_one(module, function)
        if module.__name__ == "pyarrow.parquet":
            with _ours:
                self._wrap_writer(module)

    def _wrap_one(self, module: ModuleType, function: _Function) -> None:
        def wrapper(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
            return self._call(function, wrapped, args, kwargs)

        self._put(module, function.name, wrapper)

    def _put(self, module: ModuleType, path: str, wrapper: Callable[..., Any]) -> None:
        owner_name, _, name = path.rpartition(".")
        owner = getattr(module, owner_name, None) if owner_name else module
        original = getattr(owner, "__dict__", {}).get(name)
        if original is None:  # another version of the library, without it
            return
        from wrapt import wrap_function_wrapper  # not before a library is there: it imports asyncio

        wrap_function_wrapper(owner, name, wrapper)
        self._wrapped.append((owner, name, original, vars(owner)[name]))

    def _call(self, function: _Function, wrapped: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        paths: list[str] = []
        context = None
        if self._gate.is_open:
            with _ours:
                given = kwargs.get(
                    function.argument, args[function.position] if len(args) > function.position else None
                )
                paths = [path for path in _paths(given) if self._gate.paths.admits(path)]
                context = self._gate.context_for(sys._getframe(2)) if paths else None
                if context is not None:
                    self._recorder.prepare()
        if context is None:
            return wrapped(*args, **kwargs)
        failure, start_ns = None, time.time_ns()
        try:
            with covered():
                return wrapped(*args, **kwargs)
        except Exception as error:
            failure = Failure.of(error)
            raise
        finally:
            with _ours:
                self._record(function.operation, paths, context, start_ns, failure)

    def _wrap_writer(self, module: ModuleType) -> None:
        """``ParquetWriter``: written from its making to its ``close``."""
        begun: dict[int, tuple[str, Context, int]] = {}

        def make(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
            result = wrapped(*args, **kwargs)
            with _ours:
                for path in _paths(kwargs.get("where", args[0] if args else None)):
                    context = self._gate.context_for(sys._getframe(1)) if self._gate.is_open else None
                    if context is not None and self._gate.paths.admits(path):
                        begun[id(instance)] = (path, context, time.time_ns())
            return result

        def close(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
            result = wrapped(*args, **kwargs)
            with _ours:
                if (known := begun.pop(id(instance), None)) is not None:
                    self._record(WRITE, [known[0]], known[1], known[2], None)
            return result

        self._put(module, "ParquetWriter.__init__", make)
        self._put(module, "ParquetWriter.close", close)

    def _record(
        self, operation: str, paths: list[str], context: Context, start_ns: int, failure: Failure | None
    ) -> None:
        end_ns = time.time_ns()
        for path in paths:
            path = os.path.realpath(path)
            content = None if failure else self._contents.read_path(path)
            size_bytes = content.size_bytes if content else None
            written_bytes = size_bytes if operation == WRITE else None
            self._recorder.put(
                FileEvent(
                    operation,
                    path,
                    context,
                    start_ns,
                    end_ns,
                    size_bytes=size_bytes,
                    written_bytes=written_bytes,
                    content=content,
                    failure=failure,
                    caller=self._gate.caller(sys._getframe(2)),
                )
            )


def _paths(given: Any) -> Iterator[str]:
    """The local paths among what a library takes: one, or a list; not addresses, and not what is open already."""
    for each in given[:_MAX_PATHS] if isinstance(given, list | tuple) else (given,):
        text = each if isinstance(each, str) else as_text(each)
        if text.startswith("file://"):
            text = text.removeprefix("file://")
        if text and "://" not in text:
            yield as_text(os.path.expanduser(text))
