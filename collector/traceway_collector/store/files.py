"""The part of the contract that is about files: contents by their hash, and who read and wrote which path.

A content is named ``sha256:<hex>``. It can be read once it is *kept*, and it is kept only when its bytes were found to
be those of its hash: the caller verifies, the store sees to it that nothing unverified is ever read. Chunks of a
content that is not complete are *staged*; they survive a restart and can be read by nobody but who puts them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model import ContentState, FileAccess, FileSummary, StoredContent
from ..query.filters import FileFilter, Page
from .paging import PageOf


@dataclass(frozen=True, slots=True)
class Upload:
    """A content on its way: what all of its chunks say alike. Chunks of different uploads are never put together."""

    content_id: str
    run_id: str
    size: int
    chunks: int


@dataclass(frozen=True, slots=True)
class StagedChunk:
    """One chunk of an upload, without its encoding. ``offset``: where it begins in the whole, in bytes."""

    upload: Upload
    index: int
    offset: int
    data: bytes
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A content that came, for a trace ("" when it came for none) and from a run of a program."""

    content_id: str
    size: int
    run_id: str
    trace_id: str = ""


class Files(Protocol):
    """The role that keeps the contents of files and tells who used them."""

    def note_arrivals(self, arrivals: Sequence[Arrival], arrived_ns: int) -> Mapping[str, StoredContent]:
        """Those of the contents that are kept, by their id. They are kept for a while longer, as they were sent again:
        their spans may be on their way."""

    def keep_contents(self, contents: Sequence[tuple[Arrival, Iterable[bytes]]], arrived_ns: int) -> int:
        """Keep contents; durable and readable when this returns. The number of those that were not kept before: of the
        others only the arrival is noted.

        The bytes come in pieces of any size and are taken one after the other, so that a content may be larger than
        memory. Raises what the pieces raise, and ``ValueError`` if they are not as long as the arrival says; nothing
        of the group is kept then.
        """

    def stage_chunks(self, chunks: Sequence[StagedChunk], arrived_ns: int) -> None:
        """Hold chunks until the others of their upload are there; durable when this returns. Of a chunk that is staged
        twice the later one counts."""

    def open_uploads(self, content_ids: Sequence[str]) -> Mapping[Upload, int]:
        """The uploads of these contents of which something is staged, and how many different chunks of each."""

    def complete_uploads(self) -> Sequence[Upload]:
        """Uploads of which every chunk is staged: what a crash left before it was put together."""

    def staged_chunks(self, upload: Upload) -> Iterator[StagedChunk]:
        """The staged chunks of an upload in the order of their indexes, one of each, read as they are asked for."""

    def drop_upload(self, upload: Upload, *, wait: bool = True) -> None:
        """Forget what is staged of an upload. Without ``wait`` that may take until after the return, which is as good
        if the chunks are right: it is only in the way of others if they are not."""

    def refuse_contents(self, states: Mapping[str, ContentState], at_ns: int) -> None:
        """Note why contents that were sent are not kept."""

    def run_bytes(self, run_id: str) -> int:
        """Bytes of the contents that were first sent by this run of a program, and of its open uploads."""

    def content_states(self, content_ids: Sequence[str]) -> Mapping[str, ContentState]:
        """What is known of these contents; those of which nothing is known are absent."""

    def content(self, content_id: str) -> StoredContent | None:
        """A content that is kept; None for any other."""

    def content_bytes(self, content: StoredContent, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, in pieces of a few MiB, read as they are asked for. Raises
        ``NotFound`` if the content is deleted meanwhile."""

    def files(self, where: FileFilter, page: Page, as_of_ns: int) -> PageOf[FileSummary]:
        """Every path that spans read or wrote, the last used first."""

    def file_accesses(self, path: str, page: Page, as_of_ns: int) -> PageOf[FileAccess]:
        """Every span that used this path or renamed it, newest first."""

    def forget_contents(self, seen_before_ns: int, staged_before_ns: int) -> int:
        """Delete the contents that no stored span refers to and that were last sent before ``seen_before_ns``, and the
        chunks that were staged before ``staged_before_ns``. The number of contents deleted.

        A span refers to a content as the version that it read or wrote, or as the version before it.
        """


__all__ = ["Arrival", "Files", "StagedChunk", "Upload"]
