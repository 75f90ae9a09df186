from __future__ import annotations

import pytest

from .running import Running


@pytest.fixture
def proxy():
    with Running() as running:
        yield running
