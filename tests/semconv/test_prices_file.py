"""The user's price file: what it means, what is said about a wrong one, and that its documentation is true."""

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_collector.errors import BadInput
from traceway_collector.store.clickhouse import ClickHouseStore
from traceway_semconv.prices import PriceBook, PriceFileError, PriceTier, Usage, cost_usd

DOCUMENT = Path(__file__).parents[2] / "docs/prices.md"
DAY = date(2026, 11, 10)
MILLION = Usage(1_000_000, 1_000_000)


@pytest.fixture
def book_of(tmp_path):
    def make(content):
        path = tmp_path / "prices.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return PriceBook(path)

    return make


@pytest.fixture
def documented(book_of):
    (example,) = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return book_of(example)


def test_the_documented_example_prices_an_own_server(documented):
    row = documented.resolve("vllm", "Llama-3.3-70B-Instruct", DAY)
    assert cost_usd(row, MILLION) == pytest.approx(0.8)
    assert (row.source, row.source_date) == ("file prices.json (2026-11-01): llama-3.3-70b*", date(2026, 11, 1))
    assert not documented.resolve("ollama", "llama-3.3-70b", DAY).known


def test_the_documented_example_overrides_between_its_dates(documented):
    def cost_on(day):
        return cost_usd(documented.resolve("azure.ai.openai", "gpt-4o", day), Usage(1_000_000, 0))

    assert cost_on(date(2026, 1, 1)) == cost_on(date(2026, 12, 31)) == pytest.approx(2.0)
    assert cost_on(date(2025, 12, 31)) == cost_on(date(2027, 1, 1)) == pytest.approx(2.5)
    assert documented.resolve("openai", "gpt-4o", DAY).source.startswith("genai-prices")


def test_the_documented_example_has_tiers(documented):
    row = documented.resolve("anything", "our-long-context-model", DAY)
    assert row.tiers == (PriceTier(-1, 1e-6, 0.1e-6, 1.25e-6, 4e-6), PriceTier(200_000, 2e-6, 0.1e-6, 1.25e-6, 6e-6))
    assert row.request_usd == 0.001


def test_every_documented_field_is_one_and_every_field_is_documented(book_of):
    documented = set(
        re.findall(r"`(?:prices\[\]\.)?(\w+)`", " ".join(re.findall(r"^\| (.*?) \|", DOCUMENT.read_text(), re.M)))
    )
    with pytest.raises(PriceFileError) as error:
        book_of({"prices": [{"price": 1}]})
    assert set(re.findall(r"\w+", str(error.value).partition("expected only ")[2])) == documented - {"as_of"}


def test_the_first_match_wins_and_missing_prices_fall_back(book_of):
    book = book_of({"prices": [{"model": "a*", "input_usd_per_mtok": 1}, {"model": "*", "request_usd": 0.5}]})
    assert book.resolve("", "abc", DAY).tiers == (PriceTier(-1, 1e-6, 1e-6, 1e-6, 0.0),)
    assert cost_usd(book.resolve("", "gpt-4o", DAY), MILLION) == 0.5


def test_the_version_follows_the_content_of_the_file(book_of):
    versions = {book_of({"prices": [{"model": "a", "request_usd": usd}]}).version for usd in (1, 2)}
    assert len(versions | {PriceBook().version}) == 3


PRICE = {"model": "m", "input_usd_per_mtok": 1}


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        ("{", "prices", "is not JSON"),
        ("[" * 100_000, "prices", "is not JSON"),
        ('{"prices": [{"model": "m", "request_usd": 1e99999999999999999999}]}', "prices", "is not JSON"),
        ([], "the file", "expected an object with as_of, prices"),
        ({}, "prices", "prices is missing or null; expected a list"),
        ({"prices": {}}, "prices", "prices is {}; expected a list"),
        ({"prices": [], "price": []}, "the file.price", "has the field 'price'; expected only as_of, prices"),
        ({"prices": [], "as_of": "yesterday"}, "as_of", "as_of is 'yesterday'; expected a day"),
        ({"prices": [1]}, "prices[0]", "prices[0] is 1; expected an object"),
        ({"prices": [PRICE, {**PRICE, "input_mtok": 1}]}, "prices[1].input_mtok", "has the field 'input_mtok'"),
        (
            {"prices": [{"model": "m"}]},
            "prices[0].input_usd_per_mtok",
            "missing or null; expected a price (or give request_usd)",
        ),
        ({"prices": [{**PRICE, "model": " "}]}, "prices[0].model", "expected a name, or a pattern"),
        ({"prices": [{"request_usd": 1}]}, "prices[0].model", "model is missing or null"),
        ({"prices": [{**PRICE, "provider": 1}]}, "prices[0].provider", "provider is 1"),
        (
            {"prices": [{**PRICE, "output_usd_per_mtok": "0.6"}]},
            "prices[0].output_usd_per_mtok",
            "is '0.6'; expected a number",
        ),
        ({"prices": [{**PRICE, "output_usd_per_mtok": True}]}, "prices[0].output_usd_per_mtok", "is True"),
        (
            {"prices": [{**PRICE, "output_usd_per_mtok": None}]},
            "prices[0].output_usd_per_mtok",
            "missing or null; expected a number",
        ),
        ({"prices": [{**PRICE, "request_usd": -1}]}, "prices[0].request_usd", "from 0 to 1000000"),
        ({"prices": [{**PRICE, "request_usd": 1e9}]}, "prices[0].request_usd", "from 0 to 1000000"),
        ({"prices": [{**PRICE, "request_usd": float("nan")}]}, "prices[0].request_usd", "is 'NaN'"),
        ({"prices": [{**PRICE, "request_usd": float("inf")}]}, "prices[0].request_usd", "is 'Infinity'"),
        ({"prices": [{**PRICE, "from": "2026-02-30"}]}, "prices[0].from", "from is '2026-02-30'; expected a day"),
        ({"prices": [{**PRICE, "from": 20260101}]}, "prices[0].from", "from is 20260101"),
        ({"prices": [{**PRICE, "from": "2026-02-02", "until": "2026-02-01"}]}, "prices[0].until", "not before from"),
        ({"prices": [{**PRICE, "tiers": 1}]}, "prices[0].tiers", "tiers is 1; expected a list"),
        (
            {"prices": [{**PRICE, "tiers": [{}]}]},
            "prices[0].tiers[0].above_input_tokens",
            "is missing or null; expected a whole number",
        ),
        (
            {"prices": [{**PRICE, "tiers": [{"above_input_tokens": 5}, {"above_input_tokens": 5}]}]},
            "prices[0].tiers[1].above_input_tokens",
            "is 5; expected a whole number of at least 6",
        ),
        (
            {"prices": [{**PRICE, "tiers": [{"above_input_tokens": 5, "request_usd": 1}]}]},
            "prices[0].tiers[0].request_usd",
            "has the field 'request_usd'",
        ),
    ],
)
def test_a_wrong_file_is_told_where_and_what_would_be_right(book_of, content, field, message):
    with pytest.raises(PriceFileError) as error:
        book_of(content)
    assert error.value.field == field
    assert "prices.json" in str(error.value)
    assert message in str(error.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(PriceFileError, match="cannot be read"):
            PriceBook(path)
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(PriceFileError, match="is not JSON"):
        PriceBook(tmp_path / "binary.json")


def test_the_store_passes_it_on_before_anything_is_opened(tmp_path):
    (tmp_path / "prices.json").write_text("{}")
    with pytest.raises(BadInput, match="prices is missing or null; expected a list") as error:
        ClickHouseStore("chdb", tmp_path / "data", prices=tmp_path / "prices.json")
    assert error.value.field == "prices"
    assert not (tmp_path / "data").exists()


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2026-01-01")
names = st.sampled_from(
    ["model", "provider", "from", "until", "input_usd_per_mtok", "output_usd_per_mtok", "request_usd", "tiers", "x"]
)
tier = st.dictionaries(st.sampled_from(["above_input_tokens", "input_usd_per_mtok"]), scalars)
entry = st.dictionaries(names, scalars | st.lists(tier, max_size=3))
files = st.fixed_dictionaries({"prices": st.lists(entry | scalars, max_size=3)}, optional={"as_of": scalars})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=files | st.text().map(json.dumps) | scalars, model=st.text(max_size=5))
def test_any_file_is_used_or_refused(book_of, content, model):
    with suppress(PriceFileError):
        row = book_of(content).resolve("", model, DAY)
        assert not row.known or cost_usd(row, MILLION) >= 0
