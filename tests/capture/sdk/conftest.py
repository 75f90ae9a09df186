"""A ``Traceway`` whose spans stay in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from traceway import Traceway
from traceway.sdk import notices
from traceway.testing import Recorded, record


@pytest.fixture
def recorded(monkeypatch) -> Iterator[Recorded]:
    monkeypatch.setenv("TRACEWAY_CAPTURE_CONTENT", "on")
    notices._said.clear()
    with record() as recorded:
        yield recorded


@pytest.fixture
def tw(recorded) -> Traceway:
    return Traceway()
