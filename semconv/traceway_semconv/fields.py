"""Canonical fields and where each dialect keeps them, as data.

A *slot* is an ordered list of source attributes: its value is that of the first one that has a value. A field is made
of one or more slots; where it takes more than the first slot with a value, ``evaluate.py`` and ``sql.py`` say what, in
the same words. An attribute belongs to one slot, so that one pass over a span finds all of them.

What counts as a value: text that is not empty, a bool, an int or a double; in the slots of ``LIST_SLOTS`` a list too.
Of two attributes with one key the later one counts.
"""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Final

from . import names as n


class Role(IntEnum):
    """What of a span's kind decides which attributes count."""

    OTHER = 0
    SPENDS = 1
    TOOL = 2
    AGENT = 3
    WORKFLOW = 4
    FS_WRITE = 5


class Slot(IntEnum):
    """The slots. The number is the place of a slot in the array the engine builds for each span."""

    TRACEWAY_KIND = 1
    TOOL_NAME = Role.TOOL
    AGENT_NAME = Role.AGENT
    WORKFLOW_NAME = Role.WORKFLOW
    OPERATION = auto()
    PROVIDER = auto()
    SERVER_PORT = auto()
    REQUEST_MODEL = auto()
    RESPONSE_MODEL = auto()
    RESPONSE_ID = auto()
    INPUT_TOKENS = auto()
    OUTPUT_TOKENS = auto()
    CACHE_READ = auto()
    CACHE_WRITE = auto()
    REASONING = auto()
    USAGE_DETAILS = auto()
    COST = auto()
    COST_DETAILS = auto()
    INPUT_COST = auto()
    OUTPUT_COST = auto()
    FINISH_REASONS = auto()
    TTFT_SECONDS = auto()
    TTFT_MS = auto()
    STREAMING = auto()
    DIMENSIONS = auto()
    SESSION_ID = auto()
    METADATA = auto()
    USER_ID = auto()
    TAGS = auto()
    TOOL_CALL_ID = auto()
    FILE_PATH = auto()
    FILE_VERSION = auto()
    FILE_OPERATION = auto()
    FILE_BYTES = auto()
    ERROR_TYPE = auto()
    INPUT = auto()
    OUTPUT = auto()


SLOTS: Final[dict[Slot, tuple[str, ...]]] = {
    Slot.TOOL_NAME: (n.TOOL_NAME, n.OI_TOOL_NAME, n.AI_TOOL_CALL_NAME, n.TL_ENTITY_NAME, n.MCP_METHOD_NAME),
    Slot.AGENT_NAME: (
        n.AGENT_NAME,
        n.OI_AGENT_NAME,
        n.PY_AGENT_NAME,
        n.TL_ENTITY_NAME,
        n.AI_RESOURCE_NAME,
        n.OI_GRAPH_NODE_NAME,
    ),
    Slot.WORKFLOW_NAME: (n.WORKFLOW_NAME, n.TL_WORKFLOW_NAME, n.AI_FUNCTION_ID, n.TL_ENTITY_NAME),
    Slot.TRACEWAY_KIND: (n.TRACEWAY_SPAN_KIND,),
    Slot.OPERATION: (n.OPERATION_NAME,),
    Slot.PROVIDER: (
        n.PROVIDER_NAME,
        n.SYSTEM,
        n.OI_PROVIDER,
        n.OI_SYSTEM,
        n.TL_LS_PROVIDER,
        n.LM_LS_PROVIDER,
        n.LF_LS_PROVIDER,
        n.AI_MODEL_PROVIDER,
    ),
    Slot.SERVER_PORT: (n.SERVER_PORT,),
    Slot.REQUEST_MODEL: (
        n.REQUEST_MODEL,
        n.OI_REQUEST_MODEL_NAME,
        n.OI_MODEL_NAME,
        n.OI_EMBEDDING_MODEL_NAME,
        n.OI_RERANKER_MODEL_NAME,
        n.AI_MODEL_ID,
        n.LF_MODEL_NAME,
        n.TL_LS_MODEL_NAME,
        n.LM_LS_MODEL_NAME,
        n.LF_LS_MODEL_NAME,
        n.PY_MODEL_NAME,
    ),
    Slot.RESPONSE_MODEL: (n.RESPONSE_MODEL, n.OI_RESPONSE_MODEL_NAME, n.AI_RESPONSE_MODEL, n.TL_RESPONSE_MODEL),
    Slot.RESPONSE_ID: (n.RESPONSE_ID, n.AI_RESPONSE_ID),
    Slot.INPUT_TOKENS: (
        n.INPUT_TOKENS,
        n.PROMPT_TOKENS,
        n.OI_PROMPT_TOKENS,
        n.TL_PROMPT_TOKENS,
        n.AI_INPUT_TOKENS,
        n.AI_PROMPT_TOKENS,
        n.AI_TOKENS,
    ),
    Slot.OUTPUT_TOKENS: (
        n.OUTPUT_TOKENS,
        n.COMPLETION_TOKENS,
        n.OI_COMPLETION_TOKENS,
        n.TL_COMPLETION_TOKENS,
        n.AI_OUTPUT_TOKENS,
        n.AI_COMPLETION_TOKENS,
    ),
    Slot.CACHE_READ: (
        n.CACHE_READ_TOKENS,
        n.TL_CACHE_READ,
        n.OI_CACHE_READ,
        n.OI_CACHE_INPUT,
        n.PY_CACHE_READ,
        n.PY_CACHE_READ_INPUT,
        n.OL_CACHED_TOKENS,
        n.AI_CACHE_READ_TOKENS,
        n.AI_CACHED_INPUT_TOKENS,
    ),
    Slot.CACHE_WRITE: (
        n.CACHE_WRITE_TOKENS,
        n.CACHE_CREATION_INPUT_TOKENS,
        n.TL_CACHE_CREATION,
        n.OI_CACHE_WRITE,
        n.PY_CACHE_WRITE,
        n.PY_CACHE_CREATION,
        n.OL_CACHE_CREATION,
        n.AI_CACHE_WRITE_TOKENS,
    ),
    Slot.REASONING: (
        n.REASONING_TOKENS,
        n.TL_REASONING,
        n.TL_REASONING_TOKENS,
        n.OI_REASONING,
        n.OL_REASONING,
        n.PY_REASONING,
        n.AI_REASONING_TOKENS,
    ),
    Slot.USAGE_DETAILS: (n.LF_USAGE_DETAILS,),
    Slot.COST: (n.OL_COST, n.PY_OPERATION_COST, n.OI_COST_TOTAL),
    Slot.COST_DETAILS: (n.LF_COST_DETAILS,),
    Slot.INPUT_COST: (n.LM_INPUT_COST, n.OI_COST_PROMPT),
    Slot.OUTPUT_COST: (n.LM_OUTPUT_COST, n.OI_COST_COMPLETION),
    Slot.FINISH_REASONS: (
        n.FINISH_REASONS,
        n.TL_FINISH_REASON,
        n.TL_LLM_FINISH_REASON,
        n.TL_STOP_REASON,
        n.TL_LLM_STOP_REASON,
        n.OI_FINISH_REASON,
        n.AI_FINISH_REASON,
        n.TL_COMPLETION_FINISH,
    ),
    Slot.TTFT_SECONDS: (n.TIME_TO_FIRST_CHUNK, n.OL_TIME_TO_FIRST_TOKEN),
    Slot.TTFT_MS: (n.AI_MS_TO_FIRST_CHUNK, n.AI_STREAM_MS_TO_FIRST_CHUNK),
    Slot.STREAMING: (n.REQUEST_STREAM, n.TL_GEN_AI_IS_STREAMING, n.TL_IS_STREAMING, n.OL_IS_STREAM),
    Slot.DIMENSIONS: (n.EMBEDDINGS_DIMENSION_COUNT, n.OL_EMBEDDING_DIMENSION, n.TL_EMBEDDING_VECTOR_SIZE),
    Slot.SESSION_ID: (
        n.CONVERSATION_ID,
        n.SESSION_ID,
        n.LF_SESSION_ID,
        n.TL_SESSION_ID,
        n.LM_SESSION_ID,
        n.AI_SESSION_ID,
        n.AI_SESSION_ID_SNAKE,
    ),
    Slot.METADATA: (n.OI_METADATA,),
    Slot.USER_ID: (
        n.USER_ID,
        n.ENDUSER_ID,
        n.LF_USER_ID,
        n.GEN_AI_USER,
        n.TL_USER,
        n.REQUEST_USER,
        n.TL_USER_ID,
        n.LM_USER_ID,
        n.AI_USER_ID,
        n.AI_USER_ID_SNAKE,
    ),
    Slot.TAGS: (n.OI_TAGS, n.LF_TAGS, n.LM_TAGS, n.PY_TAGS),
    Slot.TOOL_CALL_ID: (n.TOOL_CALL_ID, n.OI_TOOL_ID, n.AI_TOOL_CALL_ID, n.OI_TOOL_CALL_ID),
    Slot.FILE_PATH: (n.FILE_PATH,),
    Slot.FILE_VERSION: (n.FS_CONTENT_HASH,),
    Slot.FILE_OPERATION: (n.FS_OPERATION,),
    Slot.FILE_BYTES: (n.FS_BYTES_WRITTEN, n.FS_BYTES_READ),
    Slot.ERROR_TYPE: (n.ERROR_TYPE, n.OL_FRAMEWORK_ERROR_TYPE),
    Slot.INPUT: (
        n.INPUT_MESSAGES,
        *n.indexed(n.TL_PROMPT_CONTENT),
        n.PROMPT,
        *n.indexed(n.OI_INPUT_CONTENT),
        n.AI_PROMPT_MESSAGES,
        n.AI_PROMPT,
        n.PY_ALL_MESSAGES,
        n.PY_ALL_MESSAGES_EVENTS,
        n.PY_REQUEST_DATA,
        n.ADK_LLM_REQUEST,
        n.OL_CONTENT_PROMPT,
        n.TOOL_CALL_ARGUMENTS,
        n.AI_TOOL_CALL_ARGS,
        n.OL_TOOL_ARGS,
        n.OL_TOOL_INPUT,
        n.PY_TOOL_ARGUMENTS,
        n.ADK_TOOL_CALL_ARGS,
        n.RETRIEVAL_QUERY_TEXT,
        n.OL_RETRIEVAL_QUERY,
        n.OI_RERANKER_QUERY,
        n.MEMORY_QUERY_TEXT,
        n.OI_EMBEDDING_TEXT,
        n.AI_VALUE,
        n.LF_INPUT,
        n.LM_INPUT,
        n.ML_INPUTS,
        n.GK_INPUT,
        n.TL_ENTITY_INPUT,
        n.OI_INPUT_VALUE,
        n.DB_QUERY_TEXT,
        n.DB_STATEMENT,
        n.URL_FULL,
        n.MCP_RESOURCE_URI,
    ),
    Slot.OUTPUT: (
        n.OUTPUT_MESSAGES,
        *n.indexed(n.TL_COMPLETION_CONTENT),
        n.COMPLETION,
        *n.indexed(n.OI_OUTPUT_CONTENT),
        n.AI_RESPONSE_TEXT,
        n.AI_RESPONSE_OBJECT,
        n.AI_RESPONSE_TOOL_CALLS,
        n.OL_CONTENT_COMPLETION,
        n.PY_RESPONSE_DATA,
        n.ADK_LLM_RESPONSE,
        n.TOOL_CALL_RESULT,
        n.AI_TOOL_CALL_RESULT,
        n.OL_TOOL_OUTPUT,
        n.PY_TOOL_RESPONSE,
        n.ADK_TOOL_RESPONSE,
        n.PY_FINAL_RESULT,
        n.RETRIEVAL_DOCUMENTS,
        n.OI_DOCUMENT_CONTENT,
        n.MEMORY_RECORDS,
        n.LF_OUTPUT,
        n.LM_OUTPUT,
        n.ML_OUTPUTS,
        n.GK_OUTPUT,
        n.TL_ENTITY_OUTPUT,
        n.OI_OUTPUT_VALUE,
    ),
}

_SPENDING: Final = (
    *(Slot.INPUT_TOKENS, Slot.OUTPUT_TOKENS, Slot.CACHE_READ, Slot.CACHE_WRITE, Slot.REASONING, Slot.USAGE_DETAILS),
    *(Slot.COST, Slot.COST_DETAILS, Slot.INPUT_COST, Slot.OUTPUT_COST),
)

ROLES_OF: Final[dict[tuple[Slot, str], tuple[Role, ...]]] = {
    **{(slot, key): (Role.SPENDS,) for slot in _SPENDING for key in SLOTS[slot]},
    # OpenLIT puts the name of a tool on chat spans, which call no tool.
    **{(Slot.TOOL_NAME, key): tuple(r for r in Role if r is not Role.SPENDS) for key in SLOTS[Slot.TOOL_NAME]},
    (Slot.TOOL_NAME, n.TL_ENTITY_NAME): (Role.TOOL,),
    (Slot.AGENT_NAME, n.TL_ENTITY_NAME): (Role.AGENT,),
    (Slot.WORKFLOW_NAME, n.TL_ENTITY_NAME): (Role.WORKFLOW,),
    (Slot.AGENT_NAME, n.AI_RESOURCE_NAME): (Role.WORKFLOW,),
    (Slot.WORKFLOW_NAME, n.AI_FUNCTION_ID): (Role.WORKFLOW,),
    (Slot.FILE_BYTES, n.FS_BYTES_WRITTEN): (Role.FS_WRITE,),
}
"""Attributes that count only on spans of these roles. An attribute in several slots (``traceloop.entity.name`` is the
name of whatever its span is) counts in each for one role, whose number is the slot's, and has one place in all."""

LIST_SLOTS: Final = (Slot.FINISH_REASONS, Slot.TAGS)
"""Slots that also take a list of strings."""

MAX_DIMENSIONS: Final = 16_384
"""More is not a number of dimensions: an instrumentation measured the length of a base64 text."""

MAX_ERROR_MESSAGE: Final = 500
"""Characters of an error message that are kept beside the span; the span itself has all of it."""

MAX_MEASURE: Final = 1e9
"""A reported cost in USD or time in ms of this much or more is not one."""

# Regular expressions that RE2 and Python's re read alike. Fields that are JSON are searched as text, so that truncated
# JSON still tells what it can.
WORDS: Final = "[A-Za-z][A-Za-z_-]{2,}"
"""Finish reasons in a list, in a JSON text or alone. In the bytes of an OTLP ArrayValue a word is preceded by its
length, which is not a letter as long as it is below 65."""

ITEMS: Final = '(?:\\n[\\x00-\\x7f]\\n[\\x00-\\x7f]|")([^\\n"\\[\\],][^\\n"]*)"?'
"""Tags in an OTLP ArrayValue (an element of up to 125 bytes is ``0a LEN 0a LEN bytes``), in a JSON text or alone, with
a quotation mark put before and after. A tag cannot hold a quotation mark or a line break."""

USAGE_INPUT: Final = '"(?:input|prompt_tokens)"[ ]*:[ ]*([0-9]+)'
USAGE_OUTPUT: Final = '"(?:output|completion_tokens)"[ ]*:[ ]*([0-9]+)'
COST_TOTAL: Final = '"total"[ ]*:[ ]*([0-9.eE+-]+)'
METADATA_SESSION: Final = '"session_id"[ ]*:[ ]*"([^"\\\\]+)"'
FILE_VERSION: Final = "^sha256:[0-9a-f]{64}$"

FINISH_REASON_OF: Final[dict[str, str]] = {
    "tool_calls": "tool_call",
    "tool-calls": "tool_call",
    "tool_use": "tool_call",
    "function_call": "tool_call",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "STOP": "stop",
    "max_tokens": "length",
    "MAX_TOKENS": "length",
    "max_output_tokens": "length",
    "content-filter": "content_filter",
    "SAFETY": "content_filter",
    "refusal": "content_filter",
}
"""What OTel GenAI calls the finish reasons of the providers. Others are kept as they are."""

STREAMING_OF: Final[dict[str, bool]] = {
    "true": True,
    "True": True,
    "1": True,
    "false": False,
    "False": False,
    "0": False,
}

OLLAMA_PORT: Final = "11434"
"""Ollama answers OpenAI's protocol on this port, and clients of OpenAI then call it "openai"."""

VERCEL_SUFFIXES: Final = ("chat", "completion", "completions", "responses", "messages", "embedding", "text-embedding")
VERCEL_PROVIDERS: Final = (
    *("openai", "anthropic", "groq", "deepseek", "cohere", "perplexity", "ollama", "mistral", "xai", "azure-openai"),
    *("togetherai", "fireworks", "cerebras", "openrouter", "lmstudio", "azure", "deepinfra", "google.vertex"),
)
"""The Vercel AI SDK names a provider and, after a dot, one of its APIs."""

_PROVIDER_OF: Final[dict[str, str]] = {
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "azure-openai": "azure.ai.openai",
    "xai": "x_ai",
    "gemini": "gcp.gemini",
    "google.generative-ai": "gcp.gemini",
    "google": "gcp.gen_ai",
    "vertex_ai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "google.vertex": "gcp.vertex_ai",
    "aws": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "watsonx": "ibm.watsonx.ai",
    "moonshot": "moonshot_ai",
}

PROVIDER_OF: Final[dict[str, str]] = _PROVIDER_OF | {
    f"{provider}.{suffix}": _PROVIDER_OF.get(provider, provider)
    for provider in VERCEL_PROVIDERS
    for suffix in VERCEL_SUFFIXES
}
"""Names in lower case that other vocabularies give to OTel's providers. Others are kept, in lower case."""

MAX_PREVIEW: Final = 200
"""Characters of a preview."""

TEXT_MEMBERS: Final = ('"content":"', '"content": "', '"text":"', '"text": "')
"""How a text begins in a JSON message of any dialect; a preview shows the last one."""

MAX_PREVIEW_SOURCE: Final = 1300
"""Bytes looked at for a preview: enough for ``MAX_PREVIEW`` characters even where each is written \\uXXXX."""

CLOSING: Final = '""""""'
"""Ends a JSON string wherever it was cut off, be it within \\uXXXX."""
