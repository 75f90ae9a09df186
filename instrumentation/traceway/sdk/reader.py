"""Reading back what a collector keeps, over its REST API (docs/api.md)."""

from __future__ import annotations

import json
from typing import Any, Final, TypedDict
from urllib.parse import quote, urlencode, urlsplit

DEFAULT_URL: Final = "http://localhost:3000"
TIMEOUT_S: Final = 30.0
Status = str | dict[str, dict[str, str]]
"""``"running"``, ``"completed"`` or ``{"failed": {"error": …}}``."""


class TracewayError(Exception):
    """What the collector refused, or that it cannot be reached. ``status`` is the HTTP status, None without one;
    ``code`` the collector's word for it ("" without one)."""

    def __init__(self, message: str, status: int | None = None, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class TraceSummary(TypedDict):
    """One trace in a list. None is not known; ``*_ns`` are decimal strings."""

    id: str
    name: str | None
    started_at: str | None
    ended_at: str | None
    duration_ns: str | None
    status: Status
    span_count: int
    error_count: int
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost_usd: float | None
    cost_complete: bool
    services: list[str]
    models: list[str]
    kinds: dict[str, int]
    session_id: str | None
    user_id: str | None
    tags: list[str]
    input_preview: str | None
    output_preview: str | None


class SpanRecord(TypedDict):
    """One span. ``kind`` is ``{"type": "llm_call", "model": …}``; what it holds depends on the type."""

    id: str
    trace_id: str
    parent_id: str | None
    name: str
    service: str | None
    status: Status
    started_at: str | None
    ended_at: str | None
    start_ns: str | None
    duration_ns: str | None
    kind: dict[str, Any]
    session_id: str | None
    user_id: str | None
    tags: list[str]
    input_preview: str | None
    output_preview: str | None
    input: Any
    output: Any
    error: dict[str, str | None] | None
    otel: dict[str, Any]


class TraceRecord(TypedDict):
    """One trace with its spans, oldest first."""

    trace: TraceSummary
    spans: list[SpanRecord]
    count: int
    next_cursor: str | None


class FileUse(TypedDict):
    """Who read a path, or who wrote it."""

    count: int
    services: list[str]
    trace_ids: list[str]


class FileRecord(TypedDict):
    """One path. ``hash`` is that of its newest version, ``versions`` counts different contents, ``available`` is
    whether the bytes can be read."""

    path: str
    versions: int
    reads: int
    writes: int
    readers: FileUse
    writers: FileUse
    last_accessed_at: str | None
    hash: str | None
    size: int | None
    state: str | None
    available: bool


class FileAccess(TypedDict):
    """What one span did to a path. ``hash`` is the version it read or left behind."""

    path: str
    trace_id: str
    span_id: str
    service: str | None
    kind: str
    operation: str | None
    at: str | None
    hash: str | None
    hash_before: str | None
    size: int | None
    bytes: int | None
    state: str | None
    available: bool


class Reader:
    """``filters`` are the query parameters of the operation in docs/api.md, such as ``kind="llm_call"`` or
    ``since="15m"``; a list means any of its values. Everything here raises ``TracewayError``."""

    page_size = 1000
    """Rows that are asked for at once, of a list; the collector gives no more."""

    def __init__(self, url: str, api_key: str = "") -> None:
        self.url = url.rstrip("/")
        self.api_key = api_key

    def get_traces(self, *, limit: int = 50, **filters: Any) -> list[TraceSummary]:
        """Traces, newest first, up to ``limit``."""
        return self._list("/api/traces", limit, filters)

    def get_trace(self, trace_id: str) -> TraceRecord:
        """A trace and all of its spans."""
        path = f"/api/traces/{quote(trace_id, safe='')}"
        found: TraceRecord = self._get(path)
        cursor = found["next_cursor"]
        while cursor:
            more = self._get(path, cursor=cursor)
            found["spans"] += more["spans"]
            cursor = more["next_cursor"]
        return {**found, "count": len(found["spans"]), "next_cursor": None}

    def get_spans(self, trace_id: str | None = None, *, limit: int = 50, **filters: Any) -> list[SpanRecord]:
        """Spans, newest first, up to ``limit``; with ``trace_id``, all spans of that trace, oldest first."""
        if trace_id is not None and not filters:
            return self.get_trace(trace_id)["spans"]
        return self._list("/api/spans", limit, filters | ({"trace": trace_id} if trace_id else {}))

    def get_span(self, span_id: str, *, trace_id: str | None = None) -> SpanRecord:
        """One span. ``trace_id`` is needed where several traces have a span of this id."""
        found: SpanRecord = self._get(f"/api/spans/{quote(span_id, safe='')}", trace_id=trace_id)
        return found

    def export_json(self, trace_id: str) -> dict[str, Any]:
        """A trace as OTLP JSON, equal to what was sent."""
        found: dict[str, Any] = self._get(f"/api/traces/{quote(trace_id, safe='')}/otlp")
        return found

    def delete_trace(self, trace_id: str) -> None:
        """Delete a trace for good."""
        self._ask("DELETE", f"/api/traces/{quote(trace_id, safe='')}")

    def list_files(self, *, limit: int = 50, **filters: Any) -> list[FileRecord]:
        """Files that were read or written, the last used first, up to ``limit``."""
        return self._list("/api/files", limit, filters)

    def file_versions(self, path: str, *, limit: int = 200) -> list[FileAccess]:
        """What happened to a file, newest first, with the hash of each version, up to ``limit``."""
        return self._list(f"/api/files/{quote(path)}", limit, {})

    def read_file(self, version: str) -> bytes:
        """The bytes of a version, by its hash ("sha256:…")."""
        return self._ask("GET", f"/api/files/content/{quote(version, safe=':')}")

    def _list(self, path: str, limit: int, filters: dict[str, Any]) -> list[Any]:
        found: list[Any] = []
        cursor: str | None = None
        while len(found) < limit:
            page = self._get(path, limit=min(limit - len(found), self.page_size), cursor=cursor, **filters)
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                break
        return found

    def _get(self, path: str, **parameters: Any) -> Any:
        known = {name: value for name, value in parameters.items() if value is not None}
        query = f"?{urlencode(known, doseq=True)}" if known else ""
        body = self._ask("GET", path + query)
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise TracewayError(f"{self.url}{path} does not answer as Traceway does; is url the collector's?")
        return found

    def _ask(self, method: str, path: str) -> bytes:
        # Imported here: most applications only write.
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        from opentelemetry.instrumentation.utils import suppress_instrumentation

        if urlsplit(self.url).scheme not in ("http", "https"):
            raise TracewayError(f"url is {self.url!r}; expected an address such as {DEFAULT_URL}")
        headers = {"accept": "*/*"} | ({"authorization": f"Bearer {self.api_key}"} if self.api_key else {})
        request = Request(self.url + path, method=method, headers=headers)
        try:
            with suppress_instrumentation(), urlopen(request, timeout=TIMEOUT_S) as reply:
                body: bytes = reply.read()
                return body
        except HTTPError as error:
            with error:
                raise _refusal(error.code, error.read(), f"{method} {self.url}{path}") from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise TracewayError(f"{self.url} cannot be reached: {reason}") from error


def _refusal(status: int, body: bytes, what: str) -> TracewayError:
    try:
        said = json.loads(body)["error"]
        return TracewayError(f"{what}: {said['message']}", status, str(said["code"]))
    except (ValueError, KeyError, TypeError):
        return TracewayError(f"{what}: HTTP status {status}", status)
