"""The small SDK: traces by hand, on OpenTelemetry. See README.md beside this file."""

from __future__ import annotations

from .client import Traceway
from .decorators import tool, trace
from .reader import TracewayError
from .span import Span

__all__ = ["Span", "Traceway", "TracewayError", "tool", "trace"]
