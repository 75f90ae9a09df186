"""The web interface: the page at ``/`` and the files it is made of, as they are in ``ui/``.

Files lie under ``/static/DIGEST/``, where the digest is that of all of them: a browser keeps them for ever and still
never mixes two versions. All addresses are relative, so a reverse proxy may put any prefix before them. The policy
allows what comes from here and nothing else: no inline script but the import map and the first lines of the interface,
whose hashes are named, no inline style, no other host.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
from collections.abc import Iterator
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
_MAIN = "app/main.js"
_ALL_STYLES = "all.css"
"""All style sheets as one: a browser takes longer to ask for a file than to read it."""

_SERVED = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}
_IMPORT = re.compile(r'(?:^|;)(?:import|export)\b[^;"\'=()]*?\bfrom\s*["\']([^"\']+)["\']', re.MULTILINE)
_POLICY = (
    "default-src 'none'; script-src 'self' {inline}; style-src 'self'; img-src 'self' data: blob:; "
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
    if name == _ALL_STYLES:
        plain = b"\n".join((_ROOT / style).read_bytes() for style in _styles())
    elif name in _names():
        plain = (_ROOT / name).read_bytes()
    else:
        return None
    return _File(plain, gzip.compress(plain, mtime=0), _SERVED[Path(name).suffix])


@cache
def _names() -> frozenset[str]:
    return frozenset(str(path.relative_to(_ROOT)) for path in _ROOT.rglob("*") if path.suffix in _SERVED)


@cache
def _page() -> Page:
    digest = _digest()
    static = f"static/{digest}"
    import_map = orjson.dumps({"imports": {name: f"./{static}/{file}" for name, file in _MODULES.items()}}).decode()
    first = (_ROOT / "app/first.js").read_text("utf-8").strip()
    always = _imported(_MAIN)
    html = Template((_ROOT / "index.html").read_text("utf-8")).substitute(
        static=static,
        styles=_ALL_STYLES,
        importmap=import_map,
        first=first,
        preloads="\n".join(f'<link rel="modulepreload" fetchpriority="low" href="{static}/{file}">' for file in always),
        pages=orjson.dumps(
            {page: [each for each in modules if each not in always] for page, modules in _pages()}
        ).decode(),
    )
    inline = " ".join(_hash(script) for script in (import_map, first))
    return Page(html, _POLICY.format(inline=inline), digest)


def _hash(script: str) -> str:
    """The name of an inline script in the policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _digest() -> str:
    found = hashlib.sha256()
    for name in sorted({*_names(), "index.html"}):
        found.update(name.encode() + b"\0" + (_ROOT / name).read_bytes())
    return found.hexdigest()[:16]


def _styles() -> list[str]:
    return [*_STYLES, *sorted(str(path.relative_to(_ROOT)) for path in _ROOT.glob("css/pages/*.css"))]


def _pages() -> Iterator[tuple[str, list[str]]]:
    """Each page and the modules it needs, so that they are fetched with it instead of one after another."""
    for path in sorted(_ROOT.glob("app/pages/*/page.js")):
        yield path.parent.name, _imported(str(path.relative_to(_ROOT)))


def _imported(module: str) -> list[str]:
    """Everything a module imports, itself included, in the order in which it is found."""
    found: dict[str, None] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += _imports(name)
    return list(found)


@cache
def _imports(module: str) -> tuple[str, ...]:
    """What a module itself imports. Pages share most of it, and a server that starts reads it once."""
    path = _ROOT / module
    names = _IMPORT.findall(path.read_text("utf-8"))
    return tuple(_MODULES.get(name) or os.path.relpath(os.path.normpath(path.parent / name), _ROOT) for name in names)
