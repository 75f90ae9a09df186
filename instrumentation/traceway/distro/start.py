"""What happens before the program runs. It runs in every Python process there is under ``traceway run``, so it imports
next to nothing: what it starts with takes 3 ms where importing OpenTelemetry's API takes 35 and its SDK 120."""

from __future__ import annotations

import os
import sys

from .importing import when_imported
from .serving import Serving

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RUN_ID = "TRACEWAY_RUN_ID"
_DEFERRED = {
    "opentelemetry.trace": "deferred_traces",
    "opentelemetry._logs": "deferred_logs",
    "opentelemetry.metrics": "deferred_metrics",
}
_serving: Serving | None = None


def start() -> None:
    """All of it, once: for ``traceway run``. Without the entry points of ``opentelemetry-instrument``."""
    if _serving is not None:
        return
    if prepare():
        provide()
        from .instrumentors import schedule_all

        schedule_all(sys.path)


def prepare() -> bool:
    """Begin to watch the program. False, and nothing done, if it is switched off."""
    global _serving
    if is_switched_off():
        return False
    if _serving is None:
        # Child processes belong to the same run.
        os.environ[RUN_ID] = os.environ.get(RUN_ID, "").strip() or os.urandom(8).hex()
        _serving = Serving()
        when_imported("opentelemetry.trace", lambda _: _stand_around())
    return True


def is_switched_off() -> bool:
    """Whether the user wants no telemetry."""
    return os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"


def provide(**options: Any) -> None:
    """Make OpenTelemetry's API, when it is imported, lead to an SDK that is built when it is first used.

    ``options`` are for the SDK's configuration. What the program registered to do at its end is done before the SDK
    shuts down: this is called first, and handlers run in reverse.
    """
    import atexit

    def shut_down() -> None:
        if building := sys.modules.get(f"{__package__}.building"):
            building.sdk.shut_down()

    atexit.register(shut_down)
    for module, deferred in _DEFERRED.items():
        when_imported(module, _standing_in(deferred, options))
    when_imported("traceway.toolcalls", _add_tool_calls)
    when_imported("multiprocessing.pool", _send_with_results)


def _standing_in(deferred: str, options: dict[str, Any]) -> Callable[[object], None]:
    def stand_in(_: object) -> None:
        from importlib import import_module

        from .building import sdk

        sdk.options = options
        import_module(f"{__package__}.{deferred}").provider.place.stand_in()

    return stand_in


def _add_tool_calls(module: Any) -> None:
    """An instrumentor has loaded the hook that sees tool calls; it wants to see spans, too."""
    from .building import sdk

    sdk.add_span_processor(module.tool_calls)


def _send_with_results(module: Any) -> None:
    from .pools import send_with_results

    send_with_results(module)


def _stand_around() -> None:
    from .around import stand_around_program

    stand_around_program(_serving)
