"""The real server before a model server of the tests, and what one test recorded there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving import Served

MESSAGES = [{"role": "user", "content": "Hi"}]
HELLO = [{"type": "text", "content": "Hello."}]
KEY = "sk-test-0123456789"
COST = pytest.approx((26 * 1.0 + 9 * 2.0) / 1e6)
_PRICES = {"prices": [{"model": "gpt-4o-mini-2026", "input_usd_per_mtok": 1.0, "output_usd_per_mtok": 2.0}]}


@contextmanager
def serving(folder: Path, target: str) -> Iterator[Served]:
    """The server; what was recorded when it ends was recorded whole, without a key."""
    (folder / "prices.json").write_text(json.dumps(_PRICES))
    with Served(folder, "--proxy-target", target, "--prices", str(folder / "prices.json")) as server:
        yield server
        assert server.get("/api/ingest")["signals"]["traces"]["refused"] == {}
        stored = [server.get(f"/api/spans/{span['id']}") for span in server.get("/api/spans", limit=1000)["items"]]
        assert KEY not in str(stored) + server.log()


class Session:
    """What one test recorded: its calls bear a session of their own."""

    def __init__(self, server: Served, name: str) -> None:
        self._server = server
        self.headers = {"x-traceway-session": name, "x-traceway-service": "tests"}

    def spans(self, count: int = 1) -> list[dict[str, Any]]:
        """The spans of this session with their attributes, oldest first, once there are ``count``."""
        until = time.monotonic() + 30
        name = self.headers["x-traceway-session"]
        while len(items := self._server.get("/api/spans", session=name, sort_order="asc")["items"]) < count:
            assert time.monotonic() < until, f"{len(items)} spans\n{self._server.log()}"
            time.sleep(0.02)
        assert len(items) == count
        return [self._server.get(f"/api/spans/{item['id']}") for item in items]
