from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.capture.apps import INSTRUMENT, TRACEWAY_RUN
from tests.capture.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture(params=[TRACEWAY_RUN, INSTRUMENT], ids=["run", "instrument"])
def under(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Each of the two ways to start a program."""
    way: tuple[str, ...] = request.param
    return way
