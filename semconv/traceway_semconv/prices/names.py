"""Which of genai-prices' providers a provider name, or the first part of a model name, stands for."""

from __future__ import annotations

# Left: names as they arrive, in lower case. OTel's `gen_ai.provider.name` values first, then what frameworks and
# gateways (LangChain, LiteLLM) say. Right: ids of genai-prices.
PROVIDER_IDS = {
    "anthropic": "anthropic",
    "aws.bedrock": "aws",
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "groq": "groq",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "openai": "openai",
    "perplexity": "perplexity",
    "x_ai": "x-ai",
    "aws": "aws",
    "aws_bedrock": "aws",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "azure": "azure",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "cohere_chat": "cohere",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "google": "google",
    "google_genai": "google",
    "vertex_ai": "google",
    "mistral": "mistral",
    "moonshot": "moonshotai",
    "together_ai": "together",
    "togetherai": "together",
    "voyage": "voyageai",
    "x-ai": "x-ai",
    "xai": "x-ai",
    "zai": "zai",
}

# Model servers that people run themselves. Their models bear the names of models that others sell, so a price found
# by name would be somebody else's.
LOCAL_PROVIDERS = frozenset(
    {
        "docker_model_runner",
        "exo",
        "foundry_local",
        "gpt4all",
        "hosted_vllm",
        "huggingface_local",
        "jan",
        "koboldcpp",
        "llama-cpp",
        "llama.cpp",
        "llama_cpp",
        "llamacpp",
        "llamafile",
        "lm-studio",
        "lm_studio",
        "lmstudio",
        "local",
        "localai",
        "mlx",
        "mlx_lm",
        "ollama",
        "ollama_chat",
        "sglang",
        "text-generation-inference",
        "tgi",
        "transformers",
        "triton",
        "vllm",
        "xinference",
    }
)

# Sellers whose models nobody else can serve, or whose model names say who serves them. Only these are found by the
# model's name alone; "deepseek-r1" or "kimi-k2" at an unnamed provider may be on the caller's own machine.
FOUND_BY_MODEL_NAME = ("openai", "anthropic", "google", "x-ai", "voyageai", "cloudflare", "fireworks")

# Organisations on Hugging Face that share the name of a seller: "moonshotai/Kimi-K2-Instruct" is a download.
NOT_A_ROUTE = frozenset({"moonshotai", "minimax", "mistralai", "zai-org"})


def is_local(name: str) -> bool:
    """Whether this provider is a model server that people run themselves."""
    return name in LOCAL_PROVIDERS
