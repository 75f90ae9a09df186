"""Building the SDK while other threads import what waits for it."""

from __future__ import annotations

import threading

from opentelemetry.sdk.trace import TracerProvider

from traceway.distro import building


class Processor:
    def __getattr__(self, name):
        return lambda *_, **__: None


def test_who_imports_does_not_wait_for_who_builds(monkeypatch):
    sdk, first, second = building.Sdk(), Processor(), Processor()
    provider = TracerProvider(shutdown_on_exit=False)
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)

    def configure(_options):
        adding = threading.Thread(target=sdk.add_span_processor, args=(first,), daemon=True)
        adding.start()
        adding.join(10)
        assert not adding.is_alive()

    monkeypatch.setattr(building, "_configure", configure)
    monkeypatch.setattr(building, "_end_with_program", lambda: None)
    assert sdk.build()
    sdk.add_span_processor(second)
    assert provider._active_span_processor._span_processors == (first, second)
