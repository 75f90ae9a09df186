"""What is known of one thing done to a file, on its way from the thread that did it to the one that records it."""

from __future__ import annotations

from typing import Final, NamedTuple

from opentelemetry.context import Context

from .content import Content

READ: Final = "read"
WRITE: Final = "write"
APPEND: Final = "append"
CREATE: Final = "create"
TRUNCATE: Final = "truncate"
DELETE: Final = "delete"
RENAME: Final = "rename"
MKDIR: Final = "mkdir"
RMDIR: Final = "rmdir"


class Failure(NamedTuple):
    """The exception that the program got: the name of its class, and its text."""

    type: str
    message: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        return cls(type(error).__qualname__, str(error))


class Caller(NamedTuple):
    """The line of the program that did it."""

    function: str
    path: str
    line: int


class FileEvent(NamedTuple):
    """``context``: OpenTelemetry's, of whoever began it. Times in ns since 1970. ``size_bytes`` and the counts of bytes
    are None where they are not known. ``alike``: how many this stands for."""

    operation: str
    path: str
    context: Context
    start_ns: int
    end_ns: int
    mode: str = ""
    size_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    content: Content | None = None
    id_before: str = ""
    source_path: str = ""
    failure: Failure | None = None
    caller: Caller | None = None
    is_unclosed: bool = False
    alike: int = 1
