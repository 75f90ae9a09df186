"""HTTP, as far as an exporter needs it: POST over one kept connection.

The standard library's client, because it is imported in every observed program: urllib3 costs four times as long to
import and requests seven times, while a request is no faster through them.
"""

from __future__ import annotations

import base64
import http.client
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from ..endpoint import is_loopback
from .channel import Channel, Encoding

if TYPE_CHECKING:
    import ssl

MAX_REPLY_BYTES = 64 * 1024
CONNECT_TIMEOUT_S = 3.0
"""A collector that does not even connect within this is down: waiting longer would keep the program from ending."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``headers`` have names in lower case; ``body`` is cut at ``MAX_REPLY_BYTES``."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """Posts to one address. Not safe for several threads at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._connection: http.client.HTTPConnection | None = None

    @property
    def is_connected(self) -> bool:
        """Whether somebody at the address has taken the connection; may be read from any thread."""
        connection = self._connection
        return connection is not None and connection.sock is not None

    def post(self, body: bytes, encoding: Encoding) -> Reply:
        """Send one request. Raises ``OSError`` if no answer comes, also for an address that cannot be one."""
        is_reused = self._connection is not None
        try:
            try:
                return self._post(body, encoding)
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                if not is_reused:
                    raise
                # An idle connection that the collector had closed: it never saw the request.
                return self._post(body, encoding)
        except OSError:
            self.close()
            raise
        except (http.client.HTTPException, ValueError) as error:
            self.close()
            raise OSError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Drop the connection; the next request makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _post(self, body: bytes, encoding: Encoding) -> Reply:
        parts = _split(self._channel.url)
        connection = self._connection or self._connect(parts)
        target = parts.path or "/"
        if parts.query:
            target += "?" + parts.query
        headers = {"content-type": "application/x-protobuf", "user-agent": "traceway-exporter-python"}
        if parts.username is not None:
            headers["authorization"] = _basic(parts)
        headers |= dict(self._channel.headers)
        if encoding != "identity":
            headers["content-encoding"] = encoding
        if proxy := _proxy_of(parts) if parts.scheme == "http" else None:
            target = f"http://{parts.netloc.rpartition('@')[2]}{target}"
            if proxy.username is not None:
                headers["proxy-authorization"] = _basic(proxy)
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        reply = Reply(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(MAX_REPLY_BYTES),
        )
        if not response.isclosed() and response.read(1):
            self.close()
        return reply

    def _connect(self, parts: SplitResult) -> http.client.HTTPConnection:
        proxy = _proxy_of(parts)
        through = proxy or parts
        host, port = through.hostname or "", through.port or (443 if through.scheme == "https" else 80)
        timeout_s = min(CONNECT_TIMEOUT_S, self._channel.timeout_s)
        if parts.scheme == "http":
            connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
        else:
            connection = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=self._tls())
            if proxy is not None:
                authorization = {} if proxy.username is None else {"proxy-authorization": _basic(proxy)}
                connection.set_tunnel(parts.hostname or "", parts.port or 443, authorization)
        connection.connect()
        connection.sock.settimeout(self._channel.timeout_s)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        return connection

    def _tls(self) -> ssl.SSLContext:
        import ssl

        channel = self._channel
        context = ssl.create_default_context(cafile=channel.certificate or None)
        if not channel.certificate:
            try:
                import certifi

                # Next to the system's, which some builds of Python come without.
                context.load_verify_locations(certifi.where())
            except ImportError:
                pass
        if channel.client_certificate:
            context.load_cert_chain(channel.client_certificate, channel.client_key or None)
        return context


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an address that starts with http:// or https://")
    return parts


def _proxy_of(parts: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for an address; never one for this machine itself."""
    if not any(name.lower().endswith("_proxy") for name in os.environ) or is_loopback(parts.geturl()):
        return None
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return _split(proxy if "://" in proxy else f"http://{proxy}")


def _basic(parts: SplitResult) -> str:
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(user.encode()).decode()
