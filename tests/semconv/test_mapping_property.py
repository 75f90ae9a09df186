"""The engine and Python say the same of every span, whatever it holds."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from traceway_semconv import sql
from traceway_semconv.evaluate import Facts, evaluate
from traceway_semconv.spanview import SpanView

from .mapping_engine import MappingEngine
from .spans_of_dialects import span_views


def _row(facts: Facts) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}


# A batch of spans is slow to shrink, and the assertion shows the field: failures are shown as they are found.
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(st.lists(span_views(), min_size=1, max_size=40))
def test_engine_and_python_agree(mapping_engine: MappingEngine, spans: list[SpanView]) -> None:
    for span, found in zip(spans, mapping_engine.facts(spans), strict=True):
        assert found == _row(evaluate(span)), span


def test_python_has_the_columns_of_the_engine() -> None:
    assert list(_row(evaluate(SpanView()))) == [column.name for column in sql.facts()]
