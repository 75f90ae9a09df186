"""For all tests. No test asserts a time, so no example of a property has a deadline: that would tell what else runs.

A property that says nothing of its own is tried with 50 examples; ``HYPOTHESIS_PROFILE=thorough`` tries 1,000.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("usual", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))

# A shell makes what it starts in the background ignore Ctrl-C, and the programs that tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
