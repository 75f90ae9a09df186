"""The part of the store that keeps contents, in memory: the contract at its plainest, for tests of what lies above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from traceway_collector.model import ContentState, StoredContent
from traceway_collector.store.files import Arrival, StagedChunk, Upload


class MemoryFiles:
    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self.arrivals: set[tuple[str, str]] = set()
        self._contents: dict[str, StoredContent] = {}
        self._staged: dict[Upload, dict[int, StagedChunk]] = {}
        self._states: dict[str, ContentState] = {}

    def note_arrivals(self, arrivals: Sequence[Arrival], arrived_ns: int) -> Mapping[str, StoredContent]:
        there = [each for each in arrivals if each.content_id in self._contents]
        self.arrivals.update((each.content_id, each.trace_id) for each in there)
        return {each.content_id: self._contents[each.content_id] for each in there}

    def keep_contents(self, contents: Sequence[tuple[Arrival, Iterable[bytes]]], arrived_ns: int) -> int:
        whole = {each.content_id: (each, b"".join(pieces)) for each, pieces in contents}
        new = {content_id: content for content_id, content in whole.items() if content_id not in self._contents}
        for each, data in new.values():
            if len(data) != each.size:
                raise ValueError(each.content_id)
        for each, data in new.values():
            self._blobs[each.content_id] = data
            self._contents[each.content_id] = StoredContent(each.content_id, each.size, 0, each.run_id, arrived_ns)
        self.note_arrivals([each for each, _ in contents], arrived_ns)
        return len(new)

    def stage_chunks(self, chunks: Sequence[StagedChunk], arrived_ns: int) -> None:
        for chunk in chunks:
            self._staged.setdefault(chunk.upload, {})[chunk.index] = chunk

    def open_uploads(self, content_ids: Sequence[str]) -> Mapping[Upload, int]:
        return {upload: len(chunks) for upload, chunks in self._staged.items() if upload.content_id in content_ids}

    def complete_uploads(self) -> Sequence[Upload]:
        return [upload for upload, chunks in self._staged.items() if len(chunks) == upload.chunks]

    def staged_chunks(self, upload: Upload) -> Iterator[StagedChunk]:
        return iter([chunk for _, chunk in sorted(self._staged[upload].items())])

    def drop_upload(self, upload: Upload, *, wait: bool = True) -> None:
        self._staged.pop(upload, None)

    def refuse_contents(self, states: Mapping[str, ContentState], at_ns: int) -> None:
        self._states.update(states)

    def run_bytes(self, run_id: str) -> int:
        kept = sum(content.size for content in self._contents.values() if content.run_id == run_id)
        return kept + sum(upload.size for upload in self._staged if upload.run_id == run_id)

    def content(self, content_id: str) -> StoredContent | None:
        return self._contents.get(content_id)

    def content_states(self, content_ids: Sequence[str]) -> Mapping[str, ContentState]:
        known = dict(self._states)
        known.update({upload.content_id: ContentState.INCOMPLETE for upload in self._staged})
        known.update(dict.fromkeys(self._contents, ContentState.KEPT))
        return {content_id: known[content_id] for content_id in content_ids if content_id in known}

    def content_bytes(self, content: StoredContent, start: int, stop: int) -> Iterator[bytes]:
        return iter([self._blobs[content.content_id][start:stop]])

    def readable(self) -> dict[str, bytes]:
        """Every content that can be read."""
        return dict(self._blobs)

    def forget_contents(self, seen_before_ns: int, staged_before_ns: int) -> int:
        return 0  # nothing here knows of spans
