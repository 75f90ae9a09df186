"""Where undelivered telemetry waits: the folders, and how much is in them. Cheap to import.

    {spool_root()}/{hash of the destination}/destination         the address, without user, password and query
                                             drain.lock          held by the process that delivers
                                             {ns}-{pid}-{random}.segment   oldest first by name

Keys and other headers are never written here; requests are, prompts and all, so folders are 0700 and files 0600.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ..settings import load

SEGMENT_SUFFIX = ".segment"
DESTINATION_FILE = "destination"


@dataclass(frozen=True, slots=True)
class SpoolStatus:
    """What waits for one destination. ``oldest_age_s`` is that of the oldest file."""

    destination: str
    folder: Path
    waiting_bytes: int
    oldest_age_s: float


def spool_root() -> Path:
    """The folder of all spools: ``TRACEWAY_SPOOL_DIR``, else one in the user's state folder. Never raises."""
    if chosen := load()[0].spool_dir:
        return Path(os.path.abspath(os.path.expanduser(chosen)))
    if sys.platform == "win32":
        state = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
    elif sys.platform == "darwin":
        state = os.path.expanduser("~/Library/Application Support")
    else:
        state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(os.path.abspath(state)) / "traceway" / "spool"


def folder_of(base: str, root: Path) -> Path:
    """The folder of a destination, named by its address without user and password."""
    import hashlib

    try:
        parts = urlsplit(base)
        address = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), parts.path, parts.query, ""))
    except ValueError:
        address = base
    return root / hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def shown(base: str) -> str:
    """An address as it may be shown and stored: keys can be in its user, password and query."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return "an address that cannot be read"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def segments_of(folder: Path) -> list[tuple[str, int]]:
    """Path and size of every segment, oldest first; none if the folder cannot be read."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(SEGMENT_SUFFIX) and entry.is_file(follow_symlinks=False):
                    try:
                        found.append((entry.path, entry.stat(follow_symlinks=False).st_size))
                    except OSError:  # Delivered in this moment.
                        continue
    except OSError:
        return []
    return sorted(found)


def started_ns(segment: str) -> int:
    """When a segment was started, by its name; 0 if the name is none of ours."""
    text = os.path.basename(segment).partition("-")[0]
    return int(text) if text.isdecimal() and text.isascii() else 0


def spool_status(root: Path | None = None) -> list[SpoolStatus]:
    """What waits, for every destination for which anything does."""
    root = root or spool_root()
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError:
        return []
    statuses = []
    for folder in folders:
        if segments := segments_of(folder):
            oldest_age_s = max(0.0, (time.time_ns() - started_ns(segments[0][0])) / 1e9)
            statuses.append(SpoolStatus(_destination(folder), folder, sum(size for _, size in segments), oldest_age_s))
    return statuses


def _destination(folder: Path) -> str:
    try:
        return (folder / DESTINATION_FILE).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
