"""For all tests. No test asserts a time, so no example of a property has a deadline: that would tell what else runs."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("traceway", deadline=None)
settings.load_profile("traceway")
