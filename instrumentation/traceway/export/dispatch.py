"""The couriers of this process: one for each destination, however many exporters there are."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Literal

from ..settings import MIB, age_s, load, say
from .backlog import DiskBacklog, MemoryBacklog
from .channel import Channel
from .counters import Counters
from .courier import Courier
from .spool import folder_of, shown, spool_root

MAX_MEMORY_BYTES = 16 * MIB

SpoolChoice = str | os.PathLike[str] | Literal[False] | None
"""The folder of all spools; None for the settings' own, False to keep what waits in memory only."""

_lock = threading.Lock()
_couriers: dict[Courier, tuple[str, int]] = {}
"""Each with its destination on this machine (folder and address) and how many exporters use it."""


def claim(channel: Channel, spool: SpoolChoice = None) -> Courier:
    """The courier for a channel; shared unless another one of the same signal goes there in another way."""
    root = None if spool is False else Path(os.path.abspath(spool)) if spool else spool_root()
    place = f"{root}\n{channel.base}"
    with _lock:
        for courier, (its_place, claims) in _couriers.items():
            if its_place == place and courier.channels.get(channel.signal, channel) == channel:
                courier.channels[channel.signal] = channel
                _couriers[courier] = (place, claims + 1)
                return courier
        courier = _hire(channel, root)
        _couriers[courier] = (place, 1)
        return courier


def release(courier: Courier) -> None:
    """Undo ``claim``. The courier ends with its last exporter."""
    with _lock:
        place, claims = _couriers.get(courier, ("", 0))
        if claims > 1:
            _couriers[courier] = (place, claims - 1)
            return
        _couriers.pop(courier, None)
    if claims:
        courier.close()


def _hire(channel: Channel, root: Path | None) -> Courier:
    settings, problems = load()
    say(problems)
    counters = Counters()
    max_bytes = settings.spool_max_mib * MIB
    disk = None
    if root is not None:
        folder = folder_of(channel.base, root)
        disk = DiskBacklog(folder, shown(channel.base), max_bytes, age_s(settings.spool_max_age), counters)
    return Courier(channel, disk, MemoryBacklog(min(max_bytes, MAX_MEMORY_BYTES), counters), counters)


def _before_fork() -> None:
    _lock.acquire()
    for courier in _couriers:
        courier.before_fork()


def _after_fork_in_parent() -> None:
    for courier in _couriers:
        courier.after_fork_in_parent()
    _lock.release()


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()
    for courier in _couriers:
        courier.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
