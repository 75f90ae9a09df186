"""What people edit, and telemetry is not: saved views and dashboards. SQLite in the data folder, or Postgres by URL."""

from __future__ import annotations

from .database import Database
from .documents import COLLECTIONS, Collection, Document, Documents

__all__ = ["COLLECTIONS", "Collection", "Database", "Document", "Documents"]
