"""One real server for each module that needs no server of its own kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .serving import Served


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served")) as running:
        yield running
