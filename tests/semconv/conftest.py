from __future__ import annotations

from collections.abc import Iterator

import pytest

from .mapping_engine import MappingEngine


@pytest.fixture(scope="session")
def mapping_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MappingEngine]:
    """An engine that runs the compiled vocabulary."""
    engine = MappingEngine(tmp_path_factory.mktemp("mapping"))
    yield engine
    engine.close()
