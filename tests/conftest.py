"""For all tests. No test asserts a time, and so no example of a property has a deadline: it says what else runs here."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("traceway", deadline=None)
settings.load_profile("traceway")
