"""Workers of ``multiprocessing.Pool``: a program that leaves a ``with`` block ends them by a signal, without last
words. So what a task recorded is sent before its result is."""

from __future__ import annotations

import sys

from ..contain import contained

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from typing import Any


def send_with_results(pool: Any) -> None:
    """Wrap ``multiprocessing.pool.worker``, by which workers run, in the module ``pool``."""
    from functools import wraps
    from multiprocessing import parent_process

    worker = pool.worker

    @wraps(worker)  # by whose name it is found again in a process that is started anew
    def sending_worker(inqueue: Any, outqueue: Any, *args: Any, **kwargs: Any) -> Any:
        if parent_process() is not None:  # a pool of threads ends with the program
            outqueue = _SendingFirst(outqueue)
        return worker(inqueue, outqueue, *args, **kwargs)

    pool.worker = sending_worker


class _SendingFirst:
    """A queue of results."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def put(self, result: Any) -> None:
        with contained("result of a pool"):
            if building := sys.modules.get(f"{__package__}.building"):
                building.sdk.flush()
        self._queue.put(result)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)
