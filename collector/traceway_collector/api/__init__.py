"""The REST interface: Starlette routes over the store and the ingest ledger. ``routes(services)`` is the way in."""

from __future__ import annotations

from .pages import is_page
from .responses import EXCEPTION_HANDLERS
from .routes import routes
from .services import Services

__all__ = ["EXCEPTION_HANDLERS", "Services", "is_page", "routes"]
