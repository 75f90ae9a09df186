"""Copy what the web UI is made of out of the packages that ``collector/package-lock.json`` pins, unchanged.

    python tools/vendor.py           write collector/traceway_collector/ui/vendor
    python tools/vendor.py --check   say which files differ from the packages as published

Both read ``collector/node_modules`` (``make vendor`` installs it). A browser is served these very files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "collector"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "traceway_collector/ui/vendor"

# What the browser gets, by where it lies in its package. A folder stands for the modules in it.
FILES = {
    "preact.js": "preact/dist/preact.mjs",
    "preact-hooks.js": "preact/hooks/dist/hooks.mjs",
    "signals-core.js": "@preact/signals-core/dist/signals-core.mjs",
    "signals.js": "@preact/signals/dist/signals.mjs",
    "marked.js": "marked/lib/marked.esm.js",
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "diff": "diff/libesm",
}
PACKAGES = ("preact", "@preact/signals-core", "@preact/signals", "marked", "uplot", "diff")
_LICENSES = ("LICENSE", "LICENSE.md", "LICENCE", "license.md")


def wanted() -> dict[str, bytes]:
    """Every file of the vendor folder by its name there."""
    found: dict[str, bytes] = {}
    for name, source in FILES.items():
        path = MODULES / source
        for file in sorted(path.rglob("*.js")) if path.is_dir() else [path]:
            found[f"{name}/{file.relative_to(path)}" if path.is_dir() else name] = file.read_bytes()
    found["LICENSES.txt"] = b"\n\n".join(_license(package) for package in PACKAGES) + b"\n"
    return found


def _license(package: str) -> bytes:
    folder = MODULES / package
    file = next(folder / name for name in _LICENSES if (folder / name).exists())
    return f"== {package}\n\n".encode() + file.read_bytes().strip()


def main() -> int:
    """Write or check; 1 when a check finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    files = wanted()
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    wrong = sorted(there - files.keys())
    for name, content in files.items():
        path = VENDOR / name
        if not path.exists() or path.read_bytes() != content:
            wrong.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    if check and wrong:
        print("not as published; run `make vendor`:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    for name in (there - files.keys()) if not check else ():
        (VENDOR / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
