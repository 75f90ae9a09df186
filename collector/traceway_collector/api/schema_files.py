"""The answers about files, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .schema import At, Hex16, Hex32, Model, Page

Hash = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$", description="Of the content.")]
State = Annotated[
    str | None,
    Field(
        description="Of the content: `available` (its bytes are here), `incomplete`, `too_large`, `run_full`, "
        "`corrupt` (refused here), `missing` (never came, or deleted), or what the application said of not sending it, "
        "such as `hash_only`; null when nothing is known."
    ),
]


class FileUse(Model):
    services: list[str]
    trace_ids: list[Hex32] = Field(description="The newest of them.")
    trace_count: int


class File(Model):
    """A path. Hash, size and state are those of its newest version."""

    path: str
    versions: int = Field(description="Different contents.")
    reads: int = Field(description="How often it was opened to read.")
    writes: int = Field(description="How often it was opened to write, or changed without that.")
    readers: FileUse
    writers: FileUse
    last_accessed_at: At | None
    hash: Hash | None
    size: int | None
    state: State
    available: bool = Field(description="Whether the bytes are here.")


class FileList(Page):
    items: list[File]
    files: list[File]


class FileAccess(Model):
    """What one span did to a path."""

    path: str
    trace_id: Hex32
    span_id: Hex16
    service: str | None
    kind: str
    operation: str | None
    count: int = Field(description="Opens that the span stands for.")
    at: At | None
    hash: Hash | None
    hash_before: str | None
    size: int | None = Field(description="Bytes of the content.")
    bytes: int | None = Field(description="Bytes read or written.")
    renamed_from: str | None
    error_type: str | None
    state: State
    available: bool
    before_available: bool


class FileHistory(Page):
    path: str
    items: list[FileAccess]
    accesses: list[FileAccess]


class FileDiff(Model):
    """``diff``: hunks as ``diff -u`` writes them; "" when the contents are equal."""

    from_: Hash = Field(alias="from")
    to: Hash
    diff: str
    added: int = Field(description="Lines.")
    removed: int = Field(description="Lines.")
