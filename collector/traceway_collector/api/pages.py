"""The web interface: the page at ``/`` and the files it is made of, as they are in ``ui/``.

Files lie under ``/static/DIGEST/``, where the digest is that of all of them: a browser keeps them for ever and still
never mixes two versions. All addresses are relative, so a reverse proxy may put any prefix before them. The policy
allows what comes from here and nothing else: no inline script but the import map, whose hash is named, no inline style,
no other host.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

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

_SERVED = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}
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
_FILE_HEADERS = {**_HEADERS, "cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


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

    async def file(request: Request) -> Response:
        found = _file(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {**_FILE_HEADERS, "content-encoding": "gzip"} if packed else _FILE_HEADERS
        return Response(found.packed if packed else found.plain, headers=headers, media_type=found.media_type)

    return [Route("/", index), Route(f"/static/{page.digest}/{{name:path}}", file)]


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the interface as it is and compressed."""

    plain: bytes
    packed: bytes
    media_type: str


@cache
def _file(name: str) -> _File | None:
    """A file by its name below ``ui/``, kept in memory: a first visit asks for some seventy. The folder is a Python
    package, too; that part is not served."""
    if name not in _names():
        return None
    plain = (_ROOT / name).read_bytes()
    return _File(plain, gzip.compress(plain, mtime=0), _SERVED[Path(name).suffix])


@cache
def _names() -> frozenset[str]:
    return frozenset(str(path.relative_to(_ROOT)) for path in _ROOT.rglob("*") if path.suffix in _SERVED)


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
    for name in sorted({*_names(), "index.html"}):
        found.update(name.encode() + b"\0" + (_ROOT / name).read_bytes())
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
