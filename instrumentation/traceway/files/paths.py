"""Which paths are recorded, and where a file really is."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable
from fnmatch import translate
from typing import Any, Final

_MAX_REMEMBERED = 4096
_PREFIX_FOLDERS: Final = ("bin", "include", "lib", "lib32", "lib64", "share", "Include", "Lib", "Scripts", "DLLs")
"""Of an interpreter's prefix. Not all of the prefix: an environment may have been made in the project's own folder."""

_EXCLUDED: Final = re.compile(
    r"^/(proc|sys|dev)/|/(site-packages|dist-packages|__pycache__)/|\.(pyc|pyo|so|pyd)$|\.so\.[0-9.]+$"
    r"|/pip-[^/]*/|/certifi/cacert\.pem$|^/usr/share/zoneinfo/|^/etc/ssl/"
    # What libraries ask of the system, for a user agent and the like.
    r"|^(/usr/lib|/etc)/os-release$|^/etc/(lsb-release|localtime|timezone)$|/mime\.types$"
)


class PathFilter:
    """``admits(path)`` for absolute paths. Order: our own folders never; ``exclude`` never; ``include``, if there are
    any, only; then the default exclusions: the interpreter and its packages, caches, devices, certificates.

    A glob is matched against the whole path, and ``*`` crosses folders; one that begins with no folder is matched at
    any depth (``*.csv``, ``data/*``); ``~`` is the user's home.
    """

    def __init__(self, include: Iterable[str] = (), exclude: Iterable[str] = (), own_folders: Iterable[str] = ()):
        self._include = _any_of(include)
        self._exclude = _any_of(exclude)
        self._own = tuple(_with_separator(own_folders))
        self._folders = tuple(_with_separator(_excluded_folders()))
        self._known: dict[str, bool] = {}

    def admits(self, path: str) -> bool:
        """Whether an absolute path is recorded. Remembers its answers."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            known = self._known[path] = self._judge(os.path.normpath(path))
        return known

    def _judge(self, path: str) -> bool:
        if path.startswith(self._own) or (self._exclude and self._exclude.match(path)):
            return False
        if self._include:
            return self._include.match(path) is not None
        # Seen with / on all systems, so that one pattern serves.
        return not path.startswith(self._folders) and not _EXCLUDED.search(path.replace(os.sep, "/"))


def globs_of(text: str) -> tuple[str, ...]:
    """The globs of a setting, which separates them by commas."""
    return tuple(glob for part in text.split(",") if (glob := part.strip()))


def as_text(path: Any) -> str:
    """A path as ``open`` takes it (str, bytes, os.PathLike), made absolute; "" for what is none."""
    if not isinstance(path, str):
        if not isinstance(path, bytes | os.PathLike):
            return ""
        try:
            path = os.fsdecode(path)
        except Exception:  # of the program's own __fspath__, which it is about to see
            return ""
    text: str = path
    if text[:1] == os.sep or os.path.isabs(text):
        return text
    try:
        return os.getcwd() + os.sep + text
    except OSError:  # the working folder is gone
        return ""


def resolve_entry(path: Any, folder_fd: Any = None) -> str:
    """The real path of a folder's entry, which need not exist: links are followed in its folder, not at its end. "" if
    there is none."""
    if isinstance(path, int):
        return (path_of_fd(path) or "") if is_regular(path) else ""
    if isinstance(folder_fd, int) and isinstance(path, str) and not os.path.isabs(path):
        folder = path_of_fd(folder_fd)
        path = os.path.join(folder, path) if folder else ""
    text = as_text(path)
    if not text or "\0" in text:
        return ""
    folder, name = os.path.split(os.path.normpath(text))
    return os.path.join(os.path.realpath(folder), name)


def path_of_fd(fd: int) -> str | None:
    """The real path of an open file; None where the system cannot tell, or what is open has no path."""
    if sys.platform == "linux":
        try:
            path = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            return None
    elif sys.platform == "darwin":
        import fcntl

        path = os.fsdecode(fcntl.fcntl(fd, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
    else:
        return None
    return path if os.path.isabs(path) and not _is_anonymous(path, fd) else None


def _is_anonymous(path: str, fd: int) -> bool:
    # The mark of Linux for files without a name; a name may end like that, too.
    return path.endswith(" (deleted)") and os.fstat(fd).st_nlink == 0


def is_regular(fd: int) -> bool:
    """Whether a descriptor is open, and neither a pipe, socket, device nor folder."""
    try:
        return stat.S_ISREG(os.fstat(fd).st_mode)
    except (OSError, OverflowError):
        return False


def _any_of(globs: Iterable[str]) -> re.Pattern[str] | None:
    patterns = []
    for glob in globs:
        glob = os.path.expanduser(glob)
        patterns.append(translate(glob if os.path.isabs(glob) else os.path.join("*", glob.removeprefix("./"))))
    return re.compile("|".join(patterns)) if patterns else None


def _excluded_folders() -> Iterable[str]:
    yield os.path.expanduser("~/.cache")
    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}:
        for folder in _PREFIX_FOLDERS:
            yield os.path.join(prefix, folder)


def _with_separator(folders: Iterable[str]) -> Iterable[str]:
    for folder in folders:
        for form in {os.path.abspath(folder), os.path.realpath(folder)}:
            yield os.path.join(form, "")
