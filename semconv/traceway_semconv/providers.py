"""Which provider answers at an address, in OTel's words where it has some (``gen_ai.provider.name``)."""

from __future__ import annotations

from typing import Final

from .fields import OLLAMA_PORT

OPENAI: Final = "openai"
OLLAMA: Final = "ollama"

_PROVIDER_OF_DOMAIN: Final[dict[str, str]] = {
    "openai.com": OPENAI,
    "openai.azure.com": "azure.ai.openai",
    "cognitiveservices.azure.com": "azure.ai.openai",
    "services.ai.azure.com": "azure.ai.inference",
    "models.inference.ai.azure.com": "azure.ai.inference",
    "amazonaws.com": "aws.bedrock",
    "anthropic.com": "anthropic",
    "cerebras.ai": "cerebras",
    "cohere.ai": "cohere",
    "cohere.com": "cohere",
    "deepinfra.com": "deepinfra",
    "deepseek.com": "deepseek",
    "fireworks.ai": "fireworks",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "aiplatform.googleapis.com": "gcp.vertex_ai",
    "groq.com": "groq",
    "mistral.ai": "mistral_ai",
    "moonshot.ai": "moonshot_ai",
    "moonshot.cn": "moonshot_ai",
    "ollama.com": OLLAMA,
    "openrouter.ai": "openrouter",
    "perplexity.ai": "perplexity",
    "together.ai": "together",
    "together.xyz": "together",
    "x.ai": "x_ai",
}
# The ports on which servers that people run themselves listen unless told otherwise. vLLM's 8000 is everybody's.
_PROVIDER_OF_PORT: Final[dict[str, str]] = {OLLAMA_PORT: OLLAMA, "1234": "lmstudio", "30000": "sglang"}
_PRIVATE: Final = ("internal", "local", "localhost")


def provider_of(host: str, port: int | None = None) -> str:
    """The provider behind an OpenAI-compatible server at ``host``: by its domain, then by the usual ports.

    A host on this machine or in a private network is ``openai``, as clients say who do not know better: it may be a
    gateway to OpenAI, and the models of other servers are told from OpenAI's by their names. Any other host is its own
    name: who sells there is not known.
    """
    name = host.strip("[]").rstrip(".").lower()
    labels = name.split(".")
    for start in range(len(labels)):
        if provider := _PROVIDER_OF_DOMAIN.get(".".join(labels[start:])):
            return provider
    if provider := _PROVIDER_OF_PORT.get(str(port)):
        return provider
    is_private = len(labels) == 1 or ":" in name or labels[-1].isdigit() or labels[-1] in _PRIVATE
    return OPENAI if is_private else name
