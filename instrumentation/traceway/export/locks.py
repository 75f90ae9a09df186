"""Locks of files between processes. They end with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

    # Far behind what is ever written: Windows keeps others from reading the bytes that are locked.
    _AT = 1 << 62

    def lock(descriptor: int, *, wait: bool) -> bool:
        """Whether this process holds the lock now; without ``wait`` it may be another's. Raises ``OSError``."""
        os.lseek(descriptor, _AT, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Let others have it."""
        os.lseek(descriptor, _AT, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def lock(descriptor: int, *, wait: bool) -> bool:
        """Whether this process holds the lock now; without ``wait`` it may be another's. Raises ``OSError``."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Let others have it, also where a child inherited the descriptor."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
