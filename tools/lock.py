"""Make and check the lock files: exact versions with hashes, for every Python and platform we support.

``requirements.lock`` is what ``make run`` installs, ``requirements-dev.lock`` adds what developing needs. Neither holds
the address of a registry, so an install follows the machine's own configuration and the hashes decide what is taken.

    python tools/lock.py             pin what pyproject.toml asks for; pins that still fit stay
    python tools/lock.py --upgrade   pin the newest versions that fit
    python tools/lock.py --check     say whether the files fit pyproject.toml; needs no network
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": ("--extra", "collector", "--group", "build"),
    "requirements-dev.lock": ("--extra", "collector", "--group", "dev"),
}
_COMPILE = (
    "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-annotate", "--no-header", "--no-emit-index-url", "--quiet",
)  # fmt: skip
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


def digest() -> str:
    """SHA-256 over everything in pyproject.toml that decides what is pinned."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = ("requires-python", "dependencies", "optional-dependencies")
    inputs = [project["project"][name] for name in names] + [project["dependency-groups"]]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def make(upgrade: bool) -> None:
    """Write both lock files; the second is held to the pins of the first."""
    for name, chosen in LOCKS.items():
        path = ROOT / name
        command = [*_COMPILE, *chosen, "--output-file", name]
        if name != "requirements.lock":
            command += ["--constraint", "requirements.lock"]
        if upgrade:
            command.append("--upgrade")
        elif path.exists():
            path.write_text(
                "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#")) + "\n"
            )
        subprocess.run([str(Path(sys.executable).parent / command[0]), *command[1:]], cwd=ROOT, check=True)
        header = f"# Made by `make lock` from pyproject.toml, for Python 3.11 and later. inputs: {digest()}\n"
        path.write_text(header + path.read_text())


def faults() -> list[str]:
    """What is wrong with the lock files as they are; empty when nothing is."""
    found = []
    pins: dict[str, set[tuple[str, str, str]]] = {}
    for name in LOCKS:
        path = ROOT / name
        if not path.exists():
            return [f"{name} is missing; run `make lock`"]
        text = path.read_text()
        if f"inputs: {digest()}\n" not in text:
            found.append(f"{name} was made from other dependencies than pyproject.toml has now; run `make lock`")
        if "://" in text or "\n--" in text:
            found.append(f"{name} holds an address or an option; it should hold pins and hashes only")
        pins[name] = {match.groups(default="") for match in _PIN.finditer(text)}
        blocks = re.split(r"\n(?=\S)", text)
        found += [f"{name}: {block.split()[0]} has no hash" for block in blocks[1:] if "--hash=sha256:" not in block]
    missing = pins["requirements.lock"] - pins["requirements-dev.lock"]
    found += [f"requirements-dev.lock lacks {name}=={version} of requirements.lock" for name, version, _ in missing]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Make or check the lock files.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--upgrade", action="store_true")
    options = parser.parse_args()
    if not options.check:
        make(options.upgrade)
    for fault in (found := faults()):
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
