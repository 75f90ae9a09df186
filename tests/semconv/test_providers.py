"""Who answers at an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway_semconv.providers import provider_of


@pytest.mark.parametrize(
    ("host", "port", "provider"),
    [
        ("api.openai.com", 443, "openai"),
        ("API.OpenAI.com.", None, "openai"),
        ("my-team.openai.azure.com", 443, "azure.ai.openai"),
        ("api.groq.com", 443, "groq"),
        ("api.x.ai", 443, "x_ai"),
        ("notx.ai", 443, "notx.ai"),
        ("openai.com.example.org", 443, "openai.com.example.org"),
        ("ollama.com", 443, "ollama"),
        ("127.0.0.1", 11434, "ollama"),
        ("gpu-box", 1234, "lmstudio"),
        ("127.0.0.1", 8000, "openai"),
        ("[::1]", 8000, "openai"),
        ("models.team.svc.cluster.local", 80, "openai"),
        ("llm.example.org", 443, "llm.example.org"),
    ],
)
def test_the_provider_of_an_address(host, port, provider):
    assert provider_of(host, port) == provider


@given(st.text(max_size=60), st.integers(0, 65535))
def test_any_host_has_a_provider(host, port):
    assert isinstance(provider_of(host, port), str)
