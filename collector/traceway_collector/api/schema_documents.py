"""Documents that people edit, as pydantic models (see ``schema.py``)."""

from __future__ import annotations

from pydantic import Field, JsonValue

from ..metadata.documents import ID_PATTERN
from .schema import At, Model, Page


class DocumentBody(Model):
    """What a saved view or a dashboard is set to."""

    name: str = Field(description="What people see: 1 to 200 characters on one line.")
    body: dict[str, JsonValue] = Field(description="Any JSON object of up to 256 KiB.")


class Document(DocumentBody):
    """A saved view or a dashboard."""

    id: str = Field(pattern=f"^{ID_PATTERN}$")
    updated_at: At


class ViewList(Page):
    items: list[Document]
    views: list[Document]


class DashboardList(Page):
    items: list[Document]
    dashboards: list[Document]
