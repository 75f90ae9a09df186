"""One home for every attribute name."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traceway_semconv import fields, kinds, names
from traceway_semconv.codes import attribute_codes
from traceway_semconv.evaluate import evaluate
from traceway_semconv.kinds import SpanKind
from traceway_semconv.spanview import SpanView, view_of

ROOT = Path(__file__).parents[2]
PACKAGES = (
    ROOT / "semconv/traceway_semconv",
    ROOT / "instrumentation/traceway",
    ROOT / "collector/traceway_collector",
)
CONSTANTS = {name: value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)}


def test_no_other_file_spells_a_name():
    # Spelt in pieces, so that this file is not one of them.
    literal = re.compile("[\"']" + "gen" + "_ai\\.")
    found = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in package.rglob("*.py")
        if path.parent != Path(names.__file__).parent and literal.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_attribute_has_one_constant():
    keys = [value for name, value in CONSTANTS.items() if value in names.ATTRIBUTES and not name.startswith("EVENT_")]
    assert len(set(keys)) == len(keys)
    assert set(CONSTANTS.values()) >= set(names.ATTRIBUTES)
    assert [name for name in CONSTANTS if CONSTANTS[name] not in names.ATTRIBUTES and "EVENT" not in name] == []


def test_every_attribute_has_an_example_of_its_type():
    reads = {"int": int, "double": float}
    for attribute in names.ATTRIBUTES.values():
        assert attribute.example, attribute.key
        if attribute.type in reads:
            reads[attribute.type](attribute.example)
        if attribute.type == "boolean":
            assert attribute.example in {"true", "false"}


def test_every_source_of_a_field_is_described():
    indexed = {key: template for template in names.ATTRIBUTES if "{n}" in template for key in names.indexed(template)}
    assert [key for key in attribute_codes() if indexed.get(key, key) not in names.ATTRIBUTES] == []


def test_an_attribute_of_several_slots_has_one_place_and_is_led_by_its_role():
    places: dict[str, set[int]] = {}
    for slot, keys in fields.SLOTS.items():
        for place, key in enumerate(keys):
            places.setdefault(key, set()).add(place)
            if sum(key in others for others in fields.SLOTS.values()) > 1:
                assert fields.ROLES_OF[slot, key] == (fields.Role(slot),)
    assert {key for key, found in places.items() if len(found) > 1} == set()


def test_codes_do_not_run_into_one_another():
    codes = [code for key, code in attribute_codes().items() if any(key in keys for keys in fields.SLOTS.values())]
    assert len(set(codes)) == len(codes)
    assert max(codes) < 2**32


def test_every_kind_can_be_told():
    told = {kind for rule in kinds.RULES for kind in _kinds_of(rule)}
    assert told | {SpanKind.SPAN} == set(SpanKind)


def _kinds_of(rule: kinds.ValueRule | kinds.PresenceRule) -> set[SpanKind]:
    return {kind for kind, _ in rule.kinds.values()} if isinstance(rule, kinds.ValueRule) else {rule.kind}


@given(st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_any_text_is_a_text(text: str):
    span = Span(name=text, status={"code": 2, "message": text})
    assert evaluate(view_of(span)).error_message == text[: fields.MAX_ERROR_MESSAGE]


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_are_survived(values: list[bytes]):
    keys = list(attribute_codes())[-len(values) :] if values else []
    evaluate(SpanView(attr_keys=keys, attr_types=[1] * len(keys), attr_values=values))
