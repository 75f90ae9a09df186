"""Short runs to fill a list with: a model call each, every fifth of which fails."""

from __future__ import annotations

import json
import time

from tests.e2e.serving import Served

from .traffic import Trace, text

MODELS = ("gpt-4o-mini", "claude-sonnet-4-5")
_SECOND_NS = 10**9


def run(service: str, number: int, started_ns: int) -> Trace:
    """The run of this number: ``answer NUMBER``, of user-0 to user-2, with one call."""
    made = Trace(service=service, start_ns=started_ns)
    failed = "the till is closed" if number % 5 == 0 else ""
    attributes = {"session.id": f"visit-{number % 4}", "user.id": f"user-{number % 3}"}
    question = text("user", f"Where is parcel {number}?")
    shown = {"gen_ai.input.messages": json.dumps([question])}
    root = made.span(f"answer {number}", 0, 1000 + number, attributes | shown, error=failed)
    answer = None if failed else text("assistant", f"In truck {number}.")
    model = MODELS[number % 2]
    made.call(model, 10, 900, [question], answer, parent=root, tokens=(100 + number, 10), error=failed)
    return made


def send_runs(server: Served, service: str, count: int, *, apart_s: float = 30) -> list[str]:
    """Send runs that began ``apart_s`` after each other, the last one half a minute ago. Their ids, newest first."""
    first_ns = time.time_ns() - int((30 + apart_s * count) * _SECOND_NS)
    everything = [run(service, number, first_ns + int(number * apart_s * _SECOND_NS)) for number in range(count)]
    together = Trace(service=service)
    for each in everything:
        together.spans += each.spans
    together.send(server)
    return [each.id for each in reversed(everything)]
