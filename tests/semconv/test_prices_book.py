"""Which price a span gets, and that it is the one genai-prices would charge."""

import subprocess
import sys
from datetime import UTC, date, datetime, time
from itertools import islice

import genai_prices
import pytest
from genai_prices.data import providers
from genai_prices.types import TieredPrices
from hypothesis import given, settings
from hypothesis import strategies as st

from traceway_semconv.prices import PriceBook, PriceRow, PriceTier, Usage, cost_usd

DAY = date(2026, 11, 10)


@pytest.fixture(scope="module")
def book():
    return PriceBook()


def priced_as(book, provider, model, day=DAY):
    row = book.resolve(provider, model, day)
    assert (row.provider, row.model, row.day) == (provider, model, day)
    return row.source.rpartition(": ")[2] if row.known else None


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("openai", "gpt-4o-mini", "openai/gpt-4o-mini"),
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("openai", "gpt-5.2-20251211", "openai/gpt-5.2"),
        ("openai", " GPT-4o ", "openai/gpt-4o"),
        ("openai", "openai/gpt-4o", "openai/gpt-4o"),
        ("openai", "text-embedding-3-small", "openai/text-embedding-3-small"),
        ("azure.ai.openai", "gpt-4o", "openai/gpt-4o"),
        ("azure.ai.inference", "text-embedding-3-large", "azure/text-embedding-3-large"),
        ("anthropic", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
        ("gcp.gemini", "models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("gcp.gemini", "gemini-embedding-001", "google/gemini-embedding-001"),
        ("gcp.vertex_ai", "publishers/google/models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("gcp.vertex_ai", "claude-sonnet-4-5@20250929", "google/claude-sonnet-4-5"),
        ("mistral_ai", "mistral-large-latest", "mistral/mistral-large"),
        ("x_ai", "grok-4", "x-ai/grok-4-0709"),
        ("moonshot_ai", "kimi-k2-0905-preview", "moonshotai/kimi-k2-0905-preview"),
        ("groq", "llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        ("openrouter", "openai/gpt-4o", "openrouter/openai/gpt-4o"),
        ("voyageai", "voyage-3.5", "voyageai/voyage-3.5"),
    ],
)
def test_a_named_provider_prices_its_own_model(book, provider, model, expected):
    assert priced_as(book, provider, model) == expected


@pytest.mark.parametrize(
    "model",
    [
        "anthropic.claude-sonnet-4-20250514-v1:0",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0",
        "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0",
    ],
)
@pytest.mark.parametrize("provider", ["aws.bedrock", "", "litellm"])
def test_bedrock_is_known_by_its_model_ids(book, provider, model):
    expected = "aws/regional.anthropic.claude-sonnet-4-20250514-v1:0"
    assert priced_as(book, provider, model) == expected


@pytest.mark.parametrize("provider", ["", "openai", "litellm", "langchain", "my-gateway", "_OTHER"])
@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("groq/llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        ("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o"),
    ],
)
def test_a_provider_that_says_nothing_leaves_it_to_the_model(book, provider, model, expected):
    assert priced_as(book, provider, model) == expected


@pytest.mark.parametrize("provider", ["ollama", "Ollama", "vllm", "lm_studio", "llama.cpp"])
@pytest.mark.parametrize("model", ["llama3.2", "gpt-4o", "gpt-oss:20b", "openai/gpt-4o", "deepseek-r1"])
def test_a_model_on_the_callers_own_machine_has_no_price(book, provider, model):
    assert priced_as(book, provider, model) is None


@pytest.mark.parametrize("provider", ["", "openai", "litellm", "huggingface"])
@pytest.mark.parametrize(
    "model",
    [
        "",
        "unknown",
        "llama3.2:3b",
        "meta-llama/Llama-3.1-8B-Instruct",
        "mistral",
        "mistralai/Mistral-7B-Instruct-v0.2",
        "Qwen/Qwen2.5-7B-Instruct",
        "qwen2.5-coder",
        "deepseek-r1",
        "deepseek-ai/DeepSeek-R1",
        "moonshotai/Kimi-K2-Instruct",
        "command-r",
        "gemma3:4b",
        "google/gemma-3-4b-it",
        "gpt-oss-120b",
        "openai/gpt-oss-120b",
        "nomic-embed-text",
        "ollama/llama3",
        "hosted_vllm/gpt-4o",
    ],
)
def test_open_weights_at_an_unnamed_provider_have_no_price(book, provider, model):
    assert priced_as(book, provider, model) is None


@pytest.mark.parametrize(
    ("provider", "model"),
    [("groq", "whisper-large-v3"), ("openai", "tts-1"), ("cohere", "rerank-v3.5"), ("aws.bedrock", "gpt-4o")],
)
def test_what_is_not_sold_by_tokens_or_not_by_this_seller_has_no_price(book, provider, model):
    assert priced_as(book, provider, model) is None


def test_free_counts_only_if_the_name_says_so(book):
    free = book.resolve("openrouter", "deepseek/deepseek-r1:free", DAY)
    assert cost_usd(free, Usage(1000, 1000)) == 0.0
    assert not book.resolve("github-copilot", "gpt-4o", DAY).known


def test_a_price_says_where_it_is_from(book):
    row = book.resolve("openai", "gpt-4o-mini", DAY)
    assert row.source == f"genai-prices {genai_prices.__version__} ({row.source_date}): openai/gpt-4o-mini"
    assert date(2026, 1, 1) < row.source_date
    # The published price since 2024: $0.15 input, $0.075 cached, $0.60 output a million.
    assert row.tiers == (PriceTier(-1, 0.15e-6, 0.075e-6, 0.15e-6, 0.6e-6),)
    assert genai_prices.__version__ in book.version


def test_a_price_depends_on_the_day(book):
    """o3 became cheaper on 2025-06-10."""
    before, after = (book.resolve("openai", "o3", day) for day in (date(2025, 6, 9), date(2025, 6, 10)))
    assert before.tiers[0].input_usd_per_token == 10e-6
    assert after.tiers[0].input_usd_per_token == 2e-6


def test_a_tier_is_for_the_whole_call(book):
    row = book.resolve("gcp.gemini", "gemini-2.5-pro", DAY)
    assert cost_usd(row, Usage(200_000, 0)) == pytest.approx(200_000 * 1.25e-6)
    assert cost_usd(row, Usage(200_001, 0)) == pytest.approx(200_001 * 2.5e-6)


def test_a_price_by_the_hour_is_the_one_that_lasts_longest(book):
    """DeepSeek sold 00:30 to 16:30 UTC at the full price and the other eight hours at a discount."""
    row = book.resolve("deepseek", "deepseek-chat", DAY)
    assert row.tiers[0].input_usd_per_token == 0.27e-6
    assert row.source.endswith("deepseek/deepseek-chat (most of the day)")


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(), None),
        (Usage(cache_read_tokens=5), None),
        (Usage(input_tokens=0), 0.5),
        (Usage(output_tokens=10), 40.5),
        (Usage(input_tokens=10, output_tokens=0, cache_read_tokens=4, cache_write_tokens=1), 5 + 8 + 3 + 0.5),
        (Usage(input_tokens=3, cache_read_tokens=4), 8 + 0.5),
        (Usage(output_tokens=1, cache_read_tokens=4), 8 + 4 + 0.5),
        (Usage(input_tokens=100), 100.5),
        (Usage(input_tokens=101), 1010.5),
    ],
)
def test_the_formula(usage, expected):
    tiers = (PriceTier(-1, 1.0, 2.0, 3.0, 4.0), PriceTier(100, 10.0, 20.0, 30.0, 40.0))
    row = PriceRow("p", "m", DAY, known=True, tiers=tiers, request_usd=0.5)
    assert cost_usd(row, usage) == expected


def test_an_unknown_price_is_not_zero():
    assert cost_usd(PriceRow("p", "m", DAY, known=False), Usage(1, 1)) is None


PROVIDERS = {provider.id: provider for provider in providers}


def words(clause):
    """The texts a match clause of genai-prices looks for."""
    for value in vars(clause).values():
        yield from [value] if isinstance(value, str) else (word for inner in value for word in words(inner))


def names(provider):
    """A name for every model of a provider that finds it: not every id does, and some models hide others."""
    for model in provider.models:
        found = (name for name in (model.id, *words(model.match)) if provider.find_model(name) is model)
        yield from islice(found, 1)


def tier_starts(model):
    """Input tokens at which a price of the model changes."""
    prices = model.prices if isinstance(model.prices, list) else [model]
    classes = [value for price in prices for value in vars(price.prices).values()]
    return [tier.start for value in classes if isinstance(value, TieredPrices) for tier in value.tiers]


def assert_charged_alike(book, provider_id, name, usage, day):
    row = book.resolve(provider_id, name, day)
    at = datetime.combine(day, time(12), UTC)
    used = genai_prices.Usage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
    )
    charged = genai_prices.calc_price(used, name, provider_id=provider_id, genai_request_timestamp=at)
    if row.known:
        assert cost_usd(row, usage) == pytest.approx(float(charged.total_price), rel=1e-9, abs=1e-15), row
    else:
        unsold = charged.model_price.input_mtok is None
        assert unsold or (provider_id == "openai" and name.startswith("gpt-oss")), name


@pytest.mark.parametrize("provider_id", PROVIDERS)
def test_every_model_costs_what_genai_prices_charges(book, provider_id):
    for name in names(PROVIDERS[provider_id]):
        starts = tier_starts(PROVIDERS[provider_id].find_model(name))
        for tokens in (1000, *(start + more for start in starts for more in (0, 1))):
            assert_charged_alike(book, provider_id, name, Usage(tokens, 77, tokens // 3, tokens // 5), DAY)


@settings(max_examples=150, deadline=None)
@given(
    found=st.sampled_from([(id_, name) for id_, provider in PROVIDERS.items() for name in names(provider)]),
    parts=st.tuples(*[st.integers(0, 600_000)] * 3),
    output=st.integers(0, 10**6),
    day=st.dates(date(2022, 1, 1), date(2028, 1, 1)),
)
def test_any_usage_costs_what_genai_prices_charges(book, found, parts, output, day):
    uncached, read, write = parts
    usage = Usage(uncached + read + write, output, read or None, write or None)
    assert_charged_alike(book, *found, usage, day)


@settings(max_examples=300, deadline=None)
@given(
    provider=st.one_of(st.text(max_size=20), st.sampled_from(["", "openai", "aws.bedrock", "gcp.gemini", "litellm"])),
    model=st.one_of(st.text(), st.text("abc:/@.-*[]{}\\0123456789gpt", max_size=40)),
    day=st.dates(),
)
def test_no_strings_raise(book, provider, model, day):
    assert isinstance(book.resolve(provider, model, day), PriceRow)


def test_the_built_in_prices_are_loaded_only_for_a_book():
    code = "import traceway_semconv.prices, sys; assert not {'genai_prices', 'pydantic'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
