"""Housekeeping of the contents of files, now and then: what nothing refers to any more is deleted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from ..errors import TracewayError
from ..model import ContentState
from ..store.files import Files
from .assembly import Mismatch
from .contents import keep_upload

log = logging.getLogger(__name__)

INTERVAL_S = 3_600
GRACE_NS = 3_600 * 10**9
UPLOAD_NS = 24 * 3_600 * 10**9


def sweep(files: Files, now_ns: int, *, grace_ns: int = GRACE_NS, upload_ns: int = UPLOAD_NS) -> int:
    """Put together what a crash left complete, and delete what nothing refers to. The number of contents deleted.

    ``grace_ns``: how long a content waits for a span that refers to it; ``upload_ns``: how long chunks wait for the
    others of their content.
    """
    for upload in files.complete_uploads():
        try:
            keep_upload(files, upload, now_ns)
        except Mismatch as error:
            log.warning("chunks that were staged are dropped: %s", error.message)
            files.refuse_contents({upload.content_id: ContentState.CORRUPT}, now_ns)
    return files.forget_contents(now_ns - grace_ns, now_ns - upload_ns)


@asynccontextmanager
async def sweeping(files: Files) -> AsyncIterator[None]:
    """Sweep at once and then every hour, beside everything else; a sweep under way is waited for at the end."""
    stopping = asyncio.Event()
    task = asyncio.create_task(_sweep_until(stopping, files))
    try:
        yield
    finally:
        stopping.set()
        await task


async def _sweep_until(stopping: asyncio.Event, files: Files) -> None:
    while not stopping.is_set():
        try:
            deleted = await asyncio.to_thread(sweep, files, time.time_ns())
            log.info("%d contents of files deleted, because nothing refers to them", deleted)
        except TracewayError as error:
            log.warning("contents of files were not swept: %s", error.message)
        except Exception:
            log.exception("contents of files were not swept")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), INTERVAL_S)
