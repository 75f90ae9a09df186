"""The calls that the official instrumentation leaves out, by the path they are sent to.

The names of operations are OTel's where it has one (``text_completion``), else those in use (see ``kinds.py``).
"""

from __future__ import annotations

from typing import Final

from .audio import SPEECH, TRANSCRIPTION, TRANSLATION
from .images import IMAGE
from .moderations import MODERATION
from .operation import Operation
from .text import TEXT_COMPLETION

COMPLETIONS: Final = "/completions"

OPERATIONS: Final[dict[str, Operation]] = {
    COMPLETIONS: TEXT_COMPLETION,
    "/images/generations": IMAGE,
    "/images/edits": IMAGE,
    "/images/variations": IMAGE,
    "/audio/speech": SPEECH,
    "/audio/transcriptions": TRANSCRIPTION,
    "/audio/translations": TRANSLATION,
    "/moderations": MODERATION,
}

__all__ = ["COMPLETIONS", "OPERATIONS", "Operation"]
