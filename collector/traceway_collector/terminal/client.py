"""A collector asked over HTTP: the one client of every verb, on the standard library alone."""

from __future__ import annotations

import http.client
import ipaddress
import json
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from ..errors import BadInput, TracewayError, Unavailable
from . import clean

Query = Mapping[str, "str | int | Sequence[str] | None"]
"""Parameters: what is None is left out, several values are given one after the other."""

TIMEOUT_S = 60.0
MOST_ROWS_A_PAGE = 1000


class Client:
    """Asks one collector. Every error is a ``TracewayError`` of the kind that the status stands for, so that verbs end
    with its exit code; ``Unavailable`` if nobody answers."""

    def __init__(self, url: str, api_key: str = "") -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        try:
            parts = urlsplit(self.url)
            host = parts.hostname
            _ = parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in ("http", "https"):
            raise BadInput(f"url is {url!r}; expected an address such as http://127.0.0.1:3000", field="url")
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if _is_loopback(host):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, path: str, query: Query | None = None) -> Any:
        """The JSON at ``path``, which stands below ``/api``."""
        return self.ask("GET", path, query)

    def ask(self, method: str, path: str, query: Query | None = None, body: object = None, q: str = "") -> Any:
        """The JSON that answers; ``body`` is sent as JSON. ``q``: see ``open``."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        with self.open(method, path, query, sent, headers, q=q) as response:
            return self.read_json(response)

    def rows(self, path: str, query: Query, limit: int) -> Iterator[Any]:
        """The items of a list, page after page, ``limit`` of them at most."""
        cursor = None
        while limit > 0:
            page = self.get(path, {**query, "limit": min(limit, MOST_ROWS_A_PAGE), "cursor": cursor})
            yield from page["items"]
            limit -= len(page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
        q: str = "",
    ) -> Iterator[http.client.HTTPResponse]:
        """The response, to be read as it comes; closed with the block.

        ``timeout_s``: the longest silence. ``q``: the query that errors point into, if ``query`` does not hold it.
        """
        request = urllib.request.Request(
            self._address(path, query), data=body, method=method, headers={**self._headers, **(headers or {})}
        )
        try:
            response = self._opener.open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                raise _told(error, q or str((query or {}).get("q") or "")) from None
        except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
            raise Unavailable(f"no collector answers at {self.url}: {getattr(error, 'reason', error)}") from None
        with response:
            yield response

    def read(self, response: http.client.HTTPResponse, size: int = -1) -> bytes:
        """Bytes of a response: up to ``size``, all by default. b"" at its end."""
        try:
            return response.read() if size < 0 else response.read1(size)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"the answer of {self.url} broke off: {error}") from None

    def pieces(self, response: http.client.HTTPResponse, size: int) -> Iterator[bytes]:
        """All bytes of a response as they come. Raises ``Unavailable`` if there are fewer than were promised."""
        promised, found = response.headers.get("Content-Length"), 0
        while piece := self.read(response, size):
            found += len(piece)
            yield piece
        if promised is not None and promised != str(found):
            raise Unavailable(f"the answer of {self.url} broke off: {found} bytes of {promised}")

    def read_json(self, response: http.client.HTTPResponse) -> Any:
        """The rest of a response as JSON, an object. Raises ``BadInput`` if it is not Traceway's."""
        content = self.read(response)
        try:
            found = json.loads(content)
        except ValueError:
            raise self.stranger() from None
        if not isinstance(found, dict):
            raise self.stranger()
        return _Answer(found, self)

    def stranger(self) -> BadInput:
        """That somebody else answers."""
        return BadInput(f"what answers at {self.url} is not Traceway; expected its REST API")

    def _address(self, path: str, query: Query | None) -> str:
        given = {name: value for name, value in (query or {}).items() if value is not None and value != ""}
        text = urlencode(given, doseq=True, errors="replace")
        return f"{self.url}/api{path}" + (f"?{text}" if text else "")


class _Answer(dict[str, Any]):
    """An answer, which lacks nothing that is looked for in it, or is another server's."""

    def __init__(self, found: dict[str, Any], client: Client) -> None:
        super().__init__(found)
        self._client = client

    def __missing__(self, name: str) -> Any:
        raise self._client.stranger()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A collector never redirects, and a key must not follow whoever says so to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(error: urllib.error.HTTPError, asked: str) -> TracewayError:
    kinds: dict[int, type[TracewayError]] = {}
    for kind in _kinds(TracewayError):
        kinds.setdefault(kind.http_status, kind)
    try:
        said = json.load(error)["error"]
        message = str(said["message"])
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        said, message = {}, f"the answer was {error.code} {error.reason}"
    start, end = said.get("start"), said.get("end")
    if asked and isinstance(start, int) and isinstance(end, int):
        message += "\n" + _pointed(asked, start, end)
    return kinds.get(error.code, TracewayError)(message, field=said.get("field"))


def _pointed(asked: str, start: int, end: int) -> str:
    """The query with the wrong part of it underlined."""
    shown = [clean.line(each) or " " for each in asked]
    before, wrong = "".join(shown[:start]), "".join(shown[start:end])
    return f"  {''.join(shown)}\n  {' ' * _cells(before)}{'^' * max(1, _cells(wrong))}"


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else not unicodedata.combining(each) for each in text)


def _kinds(root: type[TracewayError]) -> Iterator[type[TracewayError]]:
    yield root
    for child in root.__subclasses__():
        yield from _kinds(child)
