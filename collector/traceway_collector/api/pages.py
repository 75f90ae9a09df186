"""The web interface: the page at ``/`` and the files it is made of, as they are in ``ui/``.

Files lie under ``/static/DIGEST/``, where the digest is that of all of them: a browser keeps them for ever and still
never mixes two versions. All addresses are relative, so a reverse proxy may put any prefix before them. The policy
allows what comes from here and nothing else: no inline script but the import map, whose hash is named, no inline style,
no other host.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import orjson
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

_ROOT = Path(str(files("traceway_collector.ui")))
_STYLES = ("css/tokens.css", "css/base.css", "css/parts.css", "vendor/uplot.css")
_MODULES = {
    "preact": "vendor/preact.js",
    "preact/hooks": "vendor/preact-hooks.js",
    "@preact/signals-core": "vendor/signals-core.js",
    "@preact/signals": "vendor/signals.js",
    "marked": "vendor/marked.js",
    "uplot": "vendor/uplot.js",
    "diff": "vendor/diff/index.js",
}
_FIRST = ("app/main.js", "app/pages/traces/page.js")
"""Modules a first visit needs; what they import is fetched with them instead of one after another."""

_SERVED = (".js", ".css", ".svg", ".txt")
_IMPORT = re.compile(r'(?:^|;)(?:import|export)\b[^;"\'=()]*?\bfrom\s*["\']([^"\']+)["\']', re.MULTILINE)
_POLICY = (
    "default-src 'none'; script-src 'self' '{script}'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """The index with its security policy, and the digest its files lie under."""

    html: str
    policy: str
    digest: str


def is_page(path: str) -> bool:
    """Whether a path is the interface itself, which needs no key: it holds no data and asks for the key."""
    return path == "/" or path.startswith("/static/")


def page_routes() -> list[BaseRoute]:
    """The index and its files."""
    page = _page()

    async def index(request: Request) -> Response:
        headers = {**_HEADERS, "content-security-policy": page.policy, "cache-control": "no-cache"}
        return Response(page.html, headers=headers, media_type="text/html")

    compressed = [Middleware(GZipMiddleware, minimum_size=512, compresslevel=6)]
    return [
        Route("/", index, middleware=compressed),
        Mount(f"/static/{page.digest}", _Files(directory=_ROOT), middleware=compressed),
    ]


class _Files(StaticFiles):
    """Files that never change under their address. The folder is a Python package, too; that part is not served."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        return super().lookup_path(path) if path.endswith(_SERVED) else ("", None)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update({**_HEADERS, "cache-control": "public, max-age=31536000, immutable"})
        return response


@cache
def _page() -> Page:
    digest = _digest()
    static = f"static/{digest}"
    import_map = orjson.dumps({"imports": {name: f"./{static}/{file}" for name, file in _MODULES.items()}}).decode()
    styles = [*_STYLES, *sorted(str(path.relative_to(_ROOT)) for path in _ROOT.glob("css/pages/*.css"))]
    html = Template((_ROOT / "index.html").read_text("utf-8")).substitute(
        static=static,
        importmap=import_map,
        styles="\n".join(f'<link rel="stylesheet" href="{static}/{file}">' for file in styles),
        preloads="\n".join(f'<link rel="modulepreload" href="{static}/{file}">' for file in _needed_first()),
    )
    script = "sha256-" + base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return Page(html, _POLICY.format(script=script), digest)


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in _ROOT.rglob("*") if path.suffix in (*_SERVED, ".html")):
        found.update(str(path.relative_to(_ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _needed_first() -> list[str]:
    """Everything the first modules import, themselves included, in the order in which it is found."""
    found: dict[str, None] = {}
    waiting = list(_FIRST)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        path = _ROOT / name
        for imported in _IMPORT.findall(path.read_text("utf-8")):
            waiting.append(_MODULES.get(imported) or str((path.parent / imported).resolve().relative_to(_ROOT)))
    return list(found)
