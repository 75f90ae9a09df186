"""Who may speak to the server: the API key, the Host header and the origin of browsers. Used by every port.

Three checks, none of which touches the body:

* **Key**: with ``--api-key``, every request carries it as ``Authorization: Bearer`` or ``x-api-key`` (401 otherwise).
* **Host**: a server on loopback answers only to names of loopback. A web page elsewhere can point a name of its own at
  127.0.0.1 (DNS rebinding) and would then read a developer's traces as "same origin"; the Host header gives it away.
* **Origin**: a request that changes something and comes from a page of another origin is refused unless the origin is
  in ``--cors-origins``. The rule is that of Fetch Metadata with Origin as the fallback; tools that are not browsers
  send neither header and pass.

CORS headers are sent only with ``--cors-origins``.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

import orjson
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import Forbidden, TracewayError, Unauthorized, Unavailable
from .settings import Settings, is_loopback

Refused = Callable[[Scope, Receive, Send, TracewayError], Awaitable[None]]
"""Sends the response of a request that was refused, in the caller's own protocol."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEALTH_PATHS = frozenset({"/health", "/ready", "/live", "/api/health", "/api/ready", "/api/live"})


def is_health(path: str) -> bool:
    """Whether a path is one that probes ask, which have no key."""
    return path in _HEALTH_PATHS


class Access:
    """The checks of one server, made from its settings."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.api_key.encode()
        self._origins = frozenset(_names(settings.cors_origins))
        self._hosts: frozenset[str] | None = None
        if is_loopback(settings.host):
            own = {"localhost", settings.host.strip("[]").lower()}
            self._hosts = frozenset(own.union(name.lower() for name in _names(settings.allowed_hosts)))

    def check(self, scope: Scope, *, needs_key: bool = True) -> None:
        """Look at the headers of an ASGI ``http`` or ``websocket`` scope. Raises ``Unauthorized`` or ``Forbidden``."""
        host = origin = site = b""
        keys: list[bytes] = []
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
                self._check_host(value.decode("latin-1"))
            elif name == b"origin":
                origin = value
            elif name == b"sec-fetch-site":
                site = value
            elif name in (b"authorization", b"x-api-key"):
                keys.append(_credential(name, value))
        # A websocket has no method here and no same-origin rule in browsers: its origin is always looked at.
        if origin and scope.get("method") not in _SAFE_METHODS:
            self._check_origin(origin.decode("latin-1"), site, host.decode("latin-1"))
        if needs_key:
            self.check_keys(keys)

    def check_metadata(self, metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Look for the key in the metadata of a gRPC call (browsers cannot speak gRPC). Raises ``Unauthorized``."""
        if self._key:
            pairs = ((k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in metadata)
            self.check_keys(_credential(k, v) for k, v in pairs if k in (b"authorization", b"x-api-key"))

    def check_keys(self, presented: Iterable[bytes]) -> None:
        """Compare keys in constant time. Raises ``Unauthorized`` if a key is asked for and none of these is it."""
        if not self._key:
            return
        keys = list(presented)
        if not any(hmac.compare_digest(key, self._key) for key in keys):
            what = "the API key is wrong" if keys else "an API key is needed"
            raise Unauthorized(
                f"{what}; send the one the server was started with as 'Authorization: Bearer KEY' or 'x-api-key: KEY'",
                field="Authorization",
            )

    def _check_host(self, header: str) -> None:
        if self._hosts is None:
            return
        name = _host_name(header)
        if name in self._hosts or _is_loopback_address(name):
            return
        raise Forbidden(
            f"Host is {header[:100]!r}, but this server listens on loopback and answers only to "
            f"{', '.join(sorted(self._hosts))} and loopback addresses (this stops DNS rebinding); "
            "if the name is yours, start the server with --allowed-hosts",
            field="Host",
        )

    def _check_origin(self, origin: str, site: bytes, host: str) -> None:
        if site in (b"same-origin", b"none") or origin in self._origins or "*" in self._origins:
            return
        if not site and urlsplit(origin).netloc == host:
            return
        raise Forbidden(
            f"Origin is {origin[:100]!r}, a web page of another origin than this server; "
            "if it is yours, start the server with --cors-origins",
            field="Origin",
        )


class AccessMiddleware:
    """Runs ``Access.check`` before the app. ``is_open`` names the paths that need no key; by default, health alone."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        refused: Refused | None = None,
        is_open: Callable[[str], bool] = is_health,
    ) -> None:
        self._app = app
        self._access = access
        self._refused = refused or refused_as_json
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            try:
                self._access.check(scope, needs_key=not self._is_open(scope["path"]))
            except TracewayError as error:
                await self._refused(scope, receive, send, error)
                return
        await self._app(scope, receive, send)


def middleware(
    settings: Settings,
    refused: Refused | None = None,
    is_open: Callable[[str], bool] = is_health,
) -> list[Middleware]:
    """The Starlette middleware of a port: CORS if it is configured (outermost, so that refusals carry its headers and a
    preflight, which never has a key, is answered), then the access checks."""
    found: list[Middleware] = []
    origins = _names(settings.cors_origins)
    if origins:
        found.append(
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["*"],
                expose_headers=["Retry-After"],
                max_age=7200,
            )
        )
    found.append(Middleware(AccessMiddleware, access=Access(settings), refused=refused, is_open=is_open))
    return found


def error_headers(error: TracewayError) -> list[tuple[bytes, bytes]]:
    """The response headers HTTP asks for beside an error's status: the challenge of a 401, the pause of a 503."""
    if isinstance(error, Unauthorized):
        return [(b"www-authenticate", b'Bearer realm="traceway"')]
    if isinstance(error, Unavailable):
        return [(b"retry-after", b"%d" % error.retry_after_s)]
    return []


async def refused_as_json(scope: Scope, receive: Receive, send: Send, error: TracewayError) -> None:
    """Refuse in the shape of the REST API: ``{"error": {"code", "message", "field"?}}``."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": error.code})
        return
    content = {"code": error.code, "message": error.message}
    if error.field:
        content["field"] = error.field
    body = orjson.dumps({"error": content})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *error_headers(error)]
    await send({"type": "http.response.start", "status": error.http_status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _credential(name: bytes, value: bytes) -> bytes:
    """The key in one header: all of ``x-api-key``, or what follows the scheme of ``Authorization: Bearer``."""
    if name == b"x-api-key":
        return value.strip()
    scheme, _, token = value.strip().partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else b""


def _host_name(header: str) -> str:
    """The host of a Host header, lowercase, without its port and without the brackets of IPv6."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


def _is_loopback_address(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
