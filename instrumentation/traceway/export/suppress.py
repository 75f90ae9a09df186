"""What an exporter does is not observed itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, attach, detach, set_value


@contextmanager
def suppressed() -> Iterator[None]:
    """No instrumentation records anything in this block.

    As ``suppress_instrumentation`` of ``opentelemetry.instrumentation.utils``, both keys included; that module takes
    60 ms to import."""
    token = attach(set_value("suppress_instrumentation", True, set_value(_SUPPRESS_INSTRUMENTATION_KEY, True)))
    try:
        yield
    finally:
        detach(token)
