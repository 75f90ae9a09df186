"""Span kinds and the ordered rules that find them, as data. The first rule that answers wins.

1. ``traceway.span.kind``, as given, when it matches ``EXPLICIT_KIND``
2. ``RULES`` in order: an attribute whose *value* tells (an unknown value goes on to the next rule), or attributes whose
   *presence* tells
3. ``SpanKind.SPAN``, from ``SOURCE_NONE``

Where a span carries an attribute twice, each of its values is looked at.

The order matters: an instrumentation may put a tool's name on a chat span, and the operation's name says it is no tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from . import names


class SpanKind(StrEnum):
    """What a span did. A sender may name another one with ``traceway.span.kind``."""

    LLM_CALL = "llm_call"
    EMBEDDING = "embedding"
    RERANK = "rerank"
    RETRIEVAL = "retrieval"
    TOOL = "tool"
    AGENT = "agent"
    WORKFLOW = "workflow"
    TASK = "task"
    PLAN = "plan"
    MEMORY = "memory"
    PROMPT = "prompt"
    MCP = "mcp"
    GUARDRAIL = "guardrail"
    EVALUATION = "evaluation"
    FS_READ = "fs_read"
    FS_WRITE = "fs_write"
    FS = "fs"
    DB = "db"
    HTTP = "http"
    RPC = "rpc"
    MESSAGING = "messaging"
    PROCESS = "process"
    SPAN = "span"


SPENDING_KINDS: Final = (SpanKind.LLM_CALL, SpanKind.EMBEDDING, SpanKind.RERANK)
"""The kinds that spend tokens and money. All others repeat what their children spent and must not be counted again."""

NO_USAGE_OPERATIONS: Final = ("fetch_response",)
"""Operations of a spending kind that spend nothing: the call that made a response paid for it, not the one that fetches
it."""

EXPLICIT_KIND: Final = "^[a-z][a-z0-9_.-]{0,63}$"
SOURCE_NONE: Final = "none"
SOURCE_PRESENCE: Final = "attributes"
SOURCE_SEMCONV: Final = "semconv"

_K = SpanKind
KindOf = dict[str, tuple[SpanKind, str]]


@dataclass(frozen=True, slots=True)
class ValueRule:
    """``attribute``, whose value up to the first space, in lower case, is looked up in ``kinds``: a kind, and the
    operation it stands for in the words of OTel GenAI ("" where the value says none)."""

    attribute: str
    kinds: KindOf


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """Any of ``attributes`` with a value means ``kind``. ``source`` is the rule's ``kind_source``."""

    kind: SpanKind
    attributes: tuple[str, ...]
    source: str


def _same(kind: SpanKind, *values: str) -> KindOf:
    return {value: (kind, value) for value in values}


_OPERATIONS: Final[KindOf] = {
    **_same(_K.LLM_CALL, "chat", "generate_content", "text_completion", "completion", "generate", "fetch_response"),
    **_same(_K.LLM_CALL, "image", "audio", "text_to_speech", "speech_to_text"),
    **_same(_K.EMBEDDING, "embeddings", "embedding"),
    **_same(_K.RETRIEVAL, "retrieval", "vector_db_retrieve"),
    **_same(_K.RERANK, "rerank"),
    **_same(_K.GUARDRAIL, "moderation"),
    **_same(_K.TOOL, "execute_tool"),
    **_same(_K.AGENT, "invoke_agent", "create_agent"),
    **_same(_K.WORKFLOW, "invoke_workflow"),
    **_same(_K.PLAN, "plan"),
    **_same(_K.TASK, "execute_task"),
    **_same(
        _K.MEMORY, "create_memory", "update_memory", "upsert_memory", "search_memory", "delete_memory", "get_memory"
    ),
    **_same(_K.MEMORY, "create_memory_store", "delete_memory_store", "update_memory_store", "get_memory_store"),
}

_OBSERVATIONS: Final[KindOf] = {
    "llm": (_K.LLM_CALL, "chat"),
    "chat_model": (_K.LLM_CALL, "chat"),
    "generation": (_K.LLM_CALL, "chat"),
    "model": (_K.LLM_CALL, "chat"),
    "embedding": (_K.EMBEDDING, "embeddings"),
    "embedder": (_K.EMBEDDING, "embeddings"),
    "reranker": (_K.RERANK, "rerank"),
    "retriever": (_K.RETRIEVAL, "retrieval"),
    "tool": (_K.TOOL, "execute_tool"),
    "agent": (_K.AGENT, "invoke_agent"),
    "chain": (_K.WORKFLOW, "invoke_workflow"),
    "workflow": (_K.WORKFLOW, "invoke_workflow"),
    "flow": (_K.WORKFLOW, "invoke_workflow"),
    "task": (_K.TASK, ""),
    "memory": (_K.MEMORY, ""),
    "prompt": (_K.PROMPT, ""),
    "guardrail": (_K.GUARDRAIL, ""),
    "evaluator": (_K.EVALUATION, ""),
}

_VERCEL: Final[KindOf] = {
    **{f"ai.{f}": (_K.WORKFLOW, "") for f in ("generatetext", "streamtext", "generateobject", "streamobject")},
    **{f"ai.{f}.dogenerate": (_K.LLM_CALL, "chat") for f in ("generatetext", "generateobject")},
    **{f"ai.{f}.dostream": (_K.LLM_CALL, "chat") for f in ("streamtext", "streamobject")},
    **{f"ai.{f}": (_K.WORKFLOW, "") for f in ("embed", "embedmany", "rerank")},
    **{f"ai.{f}.doembed": (_K.EMBEDDING, "embeddings") for f in ("embed", "embedmany")},
    "ai.rerank.dorerank": (_K.RERANK, "rerank"),
    "ai.toolcall": (_K.TOOL, "execute_tool"),
}

RULES: Final[tuple[ValueRule | PresenceRule, ...]] = (
    ValueRule(
        names.FS_OPERATION,
        {
            "read": (_K.FS_READ, ""),
            **dict.fromkeys(
                ("write", "append", "create", "truncate", "delete", "rename", "mkdir", "rmdir"), (_K.FS_WRITE, "")
            ),
        },
    ),
    ValueRule(
        names.MCP_METHOD_NAME,
        {"tools/call": (_K.TOOL, "execute_tool"), "resources/read": (_K.RETRIEVAL, ""), "prompts/get": (_K.PROMPT, "")},
    ),
    PresenceRule(_K.MCP, (names.MCP_METHOD_NAME,), names.MCP_METHOD_NAME),
    ValueRule(names.OPERATION_NAME, _OPERATIONS),
    ValueRule(names.OI_SPAN_KIND, _OBSERVATIONS),
    ValueRule(names.AI_OPERATION_ID, _VERCEL),
    ValueRule(names.AI_OPERATION_NAME, _VERCEL),
    ValueRule(
        names.TL_SPAN_KIND,
        {kind.value: (kind, _OBSERVATIONS[kind.value][1]) for kind in (_K.WORKFLOW, _K.TASK, _K.AGENT, _K.TOOL)},
    ),
    ValueRule(
        names.TL_REQUEST_TYPE,
        {
            "chat": (_K.LLM_CALL, "chat"),
            "completion": (_K.LLM_CALL, "text_completion"),
            "embedding": (_K.EMBEDDING, "embeddings"),
            "rerank": (_K.RERANK, "rerank"),
        },
    ),
    ValueRule(names.LF_TYPE, _OBSERVATIONS),
    ValueRule(names.LM_TYPE, _OBSERVATIONS),
    # MLflow writes every attribute as JSON, so its type arrives in quotes.
    ValueRule(names.ML_TYPE, _OBSERVATIONS | {f'"{value}"': kind for value, kind in _OBSERVATIONS.items()}),
    ValueRule(names.GK_SUBTYPE, _OBSERVATIONS),
    PresenceRule(_K.TOOL, (names.TOOL_NAME, names.TOOL_CALL_ID, names.OI_TOOL_NAME), SOURCE_PRESENCE),
    PresenceRule(
        _K.EMBEDDING,
        (
            names.EMBEDDINGS_DIMENSION_COUNT,
            names.OL_EMBEDDING_DIMENSION,
            names.OI_EMBEDDING_MODEL_NAME,
            names.OI_EMBEDDING_TEXT,
        ),
        SOURCE_PRESENCE,
    ),
    PresenceRule(
        _K.RETRIEVAL,
        (
            names.RETRIEVAL_QUERY_TEXT,
            names.RETRIEVAL_DOCUMENTS,
            names.RETRIEVAL_TOP_K,
            names.OL_RETRIEVAL_QUERY,
            names.OI_DOCUMENT_CONTENT,
            names.OI_DOCUMENT_ID,
            names.OL_DB_VECTOR_TOP_K,
        ),
        SOURCE_PRESENCE,
    ),
    PresenceRule(
        _K.LLM_CALL,
        (
            names.REQUEST_MODEL,
            names.SYSTEM,
            names.OI_MODEL_NAME,
            names.INPUT_TOKENS,
            names.PROMPT_TOKENS,
            names.OUTPUT_TOKENS,
            names.COMPLETION_TOKENS,
        ),
        SOURCE_PRESENCE,
    ),
    PresenceRule(_K.AGENT, (names.AGENT_NAME,), SOURCE_PRESENCE),
    PresenceRule(_K.DB, (names.DB_SYSTEM_NAME, names.DB_SYSTEM), SOURCE_SEMCONV),
    PresenceRule(_K.HTTP, (names.HTTP_REQUEST_METHOD, names.HTTP_METHOD), SOURCE_SEMCONV),
    PresenceRule(_K.RPC, (names.RPC_SYSTEM_NAME, names.RPC_SYSTEM), SOURCE_SEMCONV),
    PresenceRule(_K.MESSAGING, (names.MESSAGING_SYSTEM,), SOURCE_SEMCONV),
    PresenceRule(_K.PROCESS, (names.PROCESS_EXIT_CODE,), SOURCE_SEMCONV),
    PresenceRule(_K.FS_WRITE, (names.FS_BYTES_WRITTEN,), SOURCE_SEMCONV),
    PresenceRule(_K.FS_READ, (names.FS_BYTES_READ,), SOURCE_SEMCONV),
    PresenceRule(_K.FS, (names.FILE_PATH,), SOURCE_SEMCONV),
)

FS_NAME_PREFIXES: Final = {"fs.read": SpanKind.FS_READ, "fs.writ": SpanKind.FS_WRITE}
"""A span of kind ``fs`` whose name begins with these seven letters is told by its name."""
