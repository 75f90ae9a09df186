"""The ClickHouse store: embedded chDB by default, a server or a cluster by URL, one and the same code."""

from .store import ClickHouseStore

__all__ = ["ClickHouseStore"]
