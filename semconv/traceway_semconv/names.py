"""Every attribute key that Traceway reads or writes: the key, its type, its unit and an example. The one home.

The constants below are plain strings; ``ATTRIBUTES`` holds what is known of each. Keys are grouped by who defines them.
Sources: open-telemetry/semantic-conventions-genai (newest snapshot), semantic-conventions v1.41.0 (the last frozen
GenAI set) and v1.36.0, Arize OpenInference, Traceloop OpenLLMetry, the Vercel AI SDK 6, Pydantic AI 2 and Logfire 5,
OpenLIT, Langfuse, Laminar, MLflow, Google ADK and Genkit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Type = Literal["string", "int", "double", "boolean", "string[]", "any"]
"""OTel attribute types. "any" is structured content: a JSON string, a list or a map."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``unit`` is a UCUM code or an annotation such as ``{token}`` ("" where there is none)."""

    key: str
    type: Type
    unit: str
    example: str
    note: str
    origin: str


ATTRIBUTES: Final[dict[str, Attribute]] = {}
"""All attributes by key, in the order of this file."""

MAX_INDEXED: Final = 32
"""How many elements of a flattened list (``….{n}.content``) previews look at."""


class _Origin:
    """Registers the attributes of one vocabulary and hands back their keys."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, key: str, type: Type, example: str, *, unit: str = "", note: str = "") -> str:
        if key in ATTRIBUTES:
            raise ValueError(f"attribute {key!r} is defined twice; keep the one in {ATTRIBUTES[key].origin}")
        ATTRIBUTES[key] = Attribute(key, type, unit, example, note, self.name)
        return key


def indexed(template: str) -> tuple[str, ...]:
    """The keys of a flattened list, last element first: ``template`` holds ``{n}``."""
    return tuple(template.replace("{n}", str(n)) for n in reversed(range(MAX_INDEXED)))


_tokens: Final = "{token}"

# ---- Traceway's own ----------------------------------------------------------------------------------------------
_own = _Origin("Traceway")
TRACEWAY_SPAN_KIND: Final = _own("traceway.span.kind", "string", "llm_call", note="[a-z][a-z0-9_.-]{0,63}; wins")
FS_OPERATION: Final = _own("traceway.fs.operation", "string", "read", note="read, write, append, create, truncate …")
FS_OPEN_MODE: Final = _own("traceway.fs.open_mode", "string", "r+b", note="the mode given to open()")
FS_BYTES_READ: Final = _own("traceway.fs.bytes_read", "int", "4096", unit="By")
FS_BYTES_WRITTEN: Final = _own("traceway.fs.bytes_written", "int", "4096", unit="By")
FS_CONTENT_HASH: Final = _own("traceway.fs.content.hash", "string", "sha256:9f86d081…", note="the file version")
FS_CONTENT_HASH_BEFORE: Final = _own("traceway.fs.content.hash_before", "string", "sha256:2c26b46b…")
FS_CONTENT_SIZE: Final = _own("traceway.fs.content.size", "int", "4096", unit="By")
FS_CONTENT_STATE: Final = _own("traceway.fs.content.state", "string", "uploaded", note="inline, hash_only, dropped …")
FS_RENAME_SOURCE: Final = _own("traceway.fs.rename.source", "string", "/srv/notes.old")
FS_COUNT: Final = _own("traceway.fs.count", "int", "20", unit="{file}", note="opens this span stands for")
FS_UNCLOSED: Final = _own("traceway.fs.unclosed", "boolean", "true", note="still open when the program ended")
FS_OMITTED_COUNT: Final = _own("traceway.fs.omitted_count", "int", "12", unit="{file}", note="over the cap of a trace")
SPAN_UNFINISHED: Final = _own("traceway.span.unfinished", "boolean", "true", note="open when the program ended")
SPAN_INFERRED: Final = _own("traceway.span.inferred", "boolean", "true", note="read out of what others recorded")
RUN_ID: Final = _own("traceway.run.id", "string", "5f1c0d9e", note="on the resource; one run of a program")
CONTENT_ID: Final = _own("traceway.content.id", "string", "sha256:9f86d081…", note="on traceway.fs.content log events")
CONTENT_SIZE: Final = _own("traceway.content.size", "int", "4096", unit="By")
CONTENT_CHUNK_INDEX: Final = _own("traceway.content.chunk.index", "int", "0")
CONTENT_CHUNK_COUNT: Final = _own("traceway.content.chunk.count", "int", "1")
CONTENT_CHUNK_OFFSET: Final = _own("traceway.content.chunk.offset", "int", "0", unit="By")
CONTENT_ENCODING: Final = _own("traceway.content.encoding", "string", "identity", note="identity, zstd or gzip")
OLLAMA_TOTAL_DURATION: Final = _own("ollama.total_duration", "int", "5043500667", unit="ns", note="by the server")
OLLAMA_LOAD_DURATION: Final = _own("ollama.load_duration", "int", "1025000000", unit="ns", note="long when cold")
OLLAMA_PROMPT_EVAL_DURATION: Final = _own("ollama.prompt_eval_duration", "int", "325953000", unit="ns")
OLLAMA_EVAL_DURATION: Final = _own("ollama.eval_duration", "int", "4290000000", unit="ns")

# ---- OpenTelemetry GenAI, newest ---------------------------------------------------------------------------------
_genai = _Origin("OpenTelemetry GenAI")
OPERATION_NAME: Final = _genai("gen_ai.operation.name", "string", "chat")
PROVIDER_NAME: Final = _genai("gen_ai.provider.name", "string", "openai")
REQUEST_MODEL: Final = _genai("gen_ai.request.model", "string", "gpt-4o-mini")
RESPONSE_MODEL: Final = _genai("gen_ai.response.model", "string", "gpt-4o-mini-2024-07-18")
RESPONSE_ID: Final = _genai("gen_ai.response.id", "string", "chatcmpl-123")
FINISH_REASONS: Final = _genai("gen_ai.response.finish_reasons", "string[]", '["stop"]')
TIME_TO_FIRST_CHUNK: Final = _genai("gen_ai.response.time_to_first_chunk", "double", "0.35", unit="s")
REQUEST_STREAM: Final = _genai("gen_ai.request.stream", "boolean", "true")
REQUEST_TEMPERATURE: Final = _genai("gen_ai.request.temperature", "double", "0.2")
REQUEST_TOP_P: Final = _genai("gen_ai.request.top_p", "double", "0.9")
REQUEST_TOP_K: Final = _genai("gen_ai.request.top_k", "int", "40")
REQUEST_MAX_TOKENS: Final = _genai("gen_ai.request.max_tokens", "int", "1024", unit=_tokens)
REQUEST_SEED: Final = _genai("gen_ai.request.seed", "int", "7")
REQUEST_STOP_SEQUENCES: Final = _genai("gen_ai.request.stop_sequences", "string[]", '["END"]')
REQUEST_FREQUENCY_PENALTY: Final = _genai("gen_ai.request.frequency_penalty", "double", "0.5")
REQUEST_PRESENCE_PENALTY: Final = _genai("gen_ai.request.presence_penalty", "double", "0.5")
REQUEST_CHOICE_COUNT: Final = _genai("gen_ai.request.choice.count", "int", "2", note="when it is not 1")
INPUT_TOKENS: Final = _genai("gen_ai.usage.input_tokens", "int", "120", unit=_tokens, note="includes cached ones")
OUTPUT_TOKENS: Final = _genai("gen_ai.usage.output_tokens", "int", "48", unit=_tokens, note="includes reasoning")
CACHE_READ_TOKENS: Final = _genai("gen_ai.usage.cache_read.input_tokens", "int", "64", unit=_tokens)
CACHE_WRITE_TOKENS: Final = _genai("gen_ai.usage.cache_write.input_tokens", "int", "32", unit=_tokens)
REASONING_TOKENS: Final = _genai("gen_ai.usage.reasoning.output_tokens", "int", "16", unit=_tokens)
CONVERSATION_ID: Final = _genai("gen_ai.conversation.id", "string", "conv_5j66UpCpwteGg4YSxUnt7lPY")
INPUT_MESSAGES: Final = _genai("gen_ai.input.messages", "any", '[{"role":"user","parts":[…]}]')
OUTPUT_MESSAGES: Final = _genai("gen_ai.output.messages", "any", '[{"role":"assistant","parts":[…]}]')
SYSTEM_INSTRUCTIONS: Final = _genai("gen_ai.system_instructions", "any", '[{"type":"text","content":"Be brief."}]')
TOOL_DEFINITIONS: Final = _genai("gen_ai.tool.definitions", "any", '[{"type":"function","name":"weather"}]')
EMBEDDINGS_DIMENSION_COUNT: Final = _genai("gen_ai.embeddings.dimension.count", "int", "1536")
DATA_SOURCE_ID: Final = _genai("gen_ai.data_source.id", "string", "handbook")
RETRIEVAL_QUERY_TEXT: Final = _genai("gen_ai.retrieval.query.text", "string", "holiday rules")
RETRIEVAL_DOCUMENTS: Final = _genai("gen_ai.retrieval.documents", "any", '[{"id":"7","score":0.9}]')
RETRIEVAL_TOP_K: Final = _genai("gen_ai.retrieval.top_k", "int", "5")
MEMORY_QUERY_TEXT: Final = _genai("gen_ai.memory.query.text", "string", "what does she like?")
MEMORY_RECORDS: Final = _genai("gen_ai.memory.records", "any", '[{"content":"likes tea"}]')
AGENT_NAME: Final = _genai("gen_ai.agent.name", "string", "researcher")
AGENT_ID: Final = _genai("gen_ai.agent.id", "string", "asst_5j66")
WORKFLOW_NAME: Final = _genai("gen_ai.workflow.name", "string", "nightly_report")
TOOL_NAME: Final = _genai("gen_ai.tool.name", "string", "weather")
TOOL_TYPE: Final = _genai("gen_ai.tool.type", "string", "function")
TOOL_CALL_ID: Final = _genai("gen_ai.tool.call.id", "string", "call_mszuSIzqtI65i1wAUOE8w5H4")
TOOL_CALL_ARGUMENTS: Final = _genai("gen_ai.tool.call.arguments", "any", '{"city":"Bern"}')
TOOL_CALL_RESULT: Final = _genai("gen_ai.tool.call.result", "any", '{"celsius":21}')
PROMPT_NAME: Final = _genai("gen_ai.prompt.name", "string", "greeting")
PROMPT_VERSION: Final = _genai("gen_ai.prompt.version", "string", "3")
MCP_METHOD_NAME: Final = _genai("mcp.method.name", "string", "tools/call")
MCP_RESOURCE_URI: Final = _genai("mcp.resource.uri", "string", "file:///srv/notes.md")

# ---- OpenTelemetry GenAI, earlier generations --------------------------------------------------------------------
_earlier = _Origin("OpenTelemetry GenAI, before 1.42")
SYSTEM: Final = _earlier("gen_ai.system", "string", "openai", note="1.36 and before; Vercel sends openai.chat")
CACHE_CREATION_INPUT_TOKENS: Final = _earlier("gen_ai.usage.cache_creation.input_tokens", "int", "32", unit=_tokens)
PROMPT_TOKENS: Final = _earlier("gen_ai.usage.prompt_tokens", "int", "120", unit=_tokens)
COMPLETION_TOKENS: Final = _earlier("gen_ai.usage.completion_tokens", "int", "48", unit=_tokens)
TOTAL_TOKENS: Final = _earlier("gen_ai.usage.total_tokens", "int", "168", unit=_tokens)
PROMPT: Final = _earlier("gen_ai.prompt", "any", '[{"role":"user","content":"Hello"}]')
COMPLETION: Final = _earlier("gen_ai.completion", "any", '[{"role":"assistant","content":"Hi"}]')
GEN_AI_USER: Final = _earlier("gen_ai.user", "string", "u-7")
REQUEST_USER: Final = _earlier("gen_ai.request.user", "string", "u-7")
EVENT_CONTENT: Final = _earlier("gen_ai.event.content", "any", '{"content":"Hello"}', note="on message events, Azure")
EVENT_NAME: Final = _earlier("event.name", "string", "gen_ai.choice", note="before log records had an event name")

# ---- OpenTelemetry, general --------------------------------------------------------------------------------------
_otel = _Origin("OpenTelemetry")
SESSION_ID: Final = _otel("session.id", "string", "s-42")
USER_ID: Final = _otel("user.id", "string", "u-7")
ENDUSER_ID: Final = _otel("enduser.id", "string", "u-7")
ERROR_TYPE: Final = _otel("error.type", "string", "TimeoutError")
EXCEPTION_TYPE: Final = _otel("exception.type", "string", "TimeoutError", note="on the event called exception")
EXCEPTION_MESSAGE: Final = _otel(
    "exception.message", "string", "no answer in 30 s", note="on the event called exception"
)
SERVICE_NAME: Final = _otel("service.name", "string", "my-agent", note="on the resource")
SERVER_ADDRESS: Final = _otel("server.address", "string", "api.openai.com")
SERVER_PORT: Final = _otel("server.port", "int", "443")
FILE_PATH: Final = _otel("file.path", "string", "/srv/notes.md")
FILE_NAME: Final = _otel("file.name", "string", "notes.md")
FILE_DIRECTORY: Final = _otel("file.directory", "string", "/srv")
FILE_EXTENSION: Final = _otel("file.extension", "string", "md")
FILE_SIZE: Final = _otel("file.size", "int", "4096", unit="By")
DB_SYSTEM_NAME: Final = _otel("db.system.name", "string", "postgresql")
DB_SYSTEM: Final = _otel("db.system", "string", "postgresql")
DB_QUERY_TEXT: Final = _otel("db.query.text", "string", "SELECT 1")
DB_STATEMENT: Final = _otel("db.statement", "string", "SELECT 1")
HTTP_REQUEST_METHOD: Final = _otel("http.request.method", "string", "GET")
HTTP_STATUS_CODE: Final = _otel("http.response.status_code", "int", "200")
HTTP_METHOD: Final = _otel("http.method", "string", "GET")
URL_FULL: Final = _otel("url.full", "string", "https://example.org/")
RPC_SYSTEM: Final = _otel("rpc.system", "string", "grpc")
RPC_SYSTEM_NAME: Final = _otel("rpc.system.name", "string", "grpc")
MESSAGING_SYSTEM: Final = _otel("messaging.system", "string", "kafka")
PROCESS_EXECUTABLE_NAME: Final = _otel("process.executable.name", "string", "python3.12")
PROCESS_EXIT_CODE: Final = _otel("process.exit.code", "int", "0")

# ---- OpenInference -----------------------------------------------------------------------------------------------
_oi = _Origin("OpenInference")
OI_SPAN_KIND: Final = _oi("openinference.span.kind", "string", "LLM")
OI_INPUT_VALUE: Final = _oi("input.value", "any", "What is the capital of Peru?")
OI_OUTPUT_VALUE: Final = _oi("output.value", "any", "Lima.")
OI_INPUT_MIME_TYPE: Final = _oi("input.mime_type", "string", "application/json")
OI_OUTPUT_MIME_TYPE: Final = _oi("output.mime_type", "string", "text/plain")
OI_INPUT_MESSAGES: Final = _oi("llm.input_messages", "any", '[{"message.role":"user"}]', note="flattened")
OI_OUTPUT_MESSAGES: Final = _oi("llm.output_messages", "any", '[{"message.role":"assistant"}]', note="flattened")
OI_PROMPTS: Final = _oi("llm.prompts", "any", '[{"prompt.text":"Hello"}]', note="flattened")
OI_CHOICES: Final = _oi("llm.choices", "any", '[{"completion.text":"Hi"}]', note="flattened")
OI_TOOLS: Final = _oi("llm.tools", "any", '[{"tool.json_schema":"{…}"}]', note="flattened")
OI_MODEL_NAME: Final = _oi("llm.model_name", "string", "gpt-4o-mini")
OI_REQUEST_MODEL_NAME: Final = _oi("llm.request.model_name", "string", "gpt-4o-mini")
OI_RESPONSE_MODEL_NAME: Final = _oi("llm.response.model_name", "string", "gpt-4o-mini-2024-07-18")
OI_PROVIDER: Final = _oi("llm.provider", "string", "openai")
OI_SYSTEM: Final = _oi("llm.system", "string", "openai")
OI_FINISH_REASON: Final = _oi("llm.finish_reason", "string", "stop")
OI_PROMPT_TOKENS: Final = _oi("llm.token_count.prompt", "int", "120", unit=_tokens)
OI_COMPLETION_TOKENS: Final = _oi("llm.token_count.completion", "int", "48", unit=_tokens)
OI_CACHE_READ: Final = _oi("llm.token_count.prompt_details.cache_read", "int", "64", unit=_tokens)
OI_CACHE_INPUT: Final = _oi("llm.token_count.prompt_details.cache_input", "int", "64", unit=_tokens)
OI_CACHE_WRITE: Final = _oi("llm.token_count.prompt_details.cache_write", "int", "32", unit=_tokens)
OI_REASONING: Final = _oi("llm.token_count.completion_details.reasoning", "int", "16", unit=_tokens)
OI_COST_TOTAL: Final = _oi("llm.cost.total", "double", "0.0021", unit="USD")
OI_COST_PROMPT: Final = _oi("llm.cost.prompt", "double", "0.0012", unit="USD")
OI_COST_COMPLETION: Final = _oi("llm.cost.completion", "double", "0.0009", unit="USD")
OI_INPUT_CONTENT: Final = _oi("llm.input_messages.{n}.message.content", "string", "Hello")
OI_OUTPUT_CONTENT: Final = _oi("llm.output_messages.{n}.message.content", "string", "Hi")
OI_EMBEDDING_MODEL_NAME: Final = _oi("embedding.model_name", "string", "text-embedding-3-small")
OI_EMBEDDING_TEXT: Final = _oi("embedding.embeddings.0.embedding.text", "string", "holiday rules")
OI_EMBEDDING_VECTOR: Final = _oi("embedding.embeddings.0.embedding.vector", "any", "[0.1, 0.2]")
OI_RERANKER_MODEL_NAME: Final = _oi("reranker.model_name", "string", "rerank-v3")
OI_RERANKER_QUERY: Final = _oi("reranker.query", "string", "holiday rules")
OI_EMBEDDINGS: Final = _oi("embedding.embeddings", "any", '[{"embedding.text":"holiday rules"}]', note="flattened")
OI_EMBEDDED_TEXT: Final = _oi("embedding.text", "string", "holiday rules")
OI_RETRIEVAL_DOCUMENTS: Final = _oi("retrieval.documents", "any", '[{"document.id":"7"}]', note="flattened")
OI_RERANKER_INPUT: Final = _oi("reranker.input_documents", "any", '[{"document.id":"7"}]', note="flattened")
OI_RERANKER_OUTPUT: Final = _oi("reranker.output_documents", "any", '[{"document.id":"7"}]', note="flattened")
OI_DOCUMENT_CONTENT: Final = _oi("retrieval.documents.0.document.content", "string", "Holidays are …")
OI_DOCUMENT_ID: Final = _oi("retrieval.documents.0.document.id", "string", "7")
OI_TOOL_NAME: Final = _oi("tool.name", "string", "weather")
OI_TOOL_ID: Final = _oi("tool.id", "string", "call_1")
OI_TOOL_CALL_ID: Final = _oi("message.tool_call_id", "string", "call_1")
OI_TOOL_PARAMETERS: Final = _oi("tool.parameters", "any", '{"type":"object"}', note="the schema, not the arguments")
OI_AGENT_NAME: Final = _oi("agent.name", "string", "researcher")
OI_GRAPH_NODE_NAME: Final = _oi("graph.node.name", "string", "researcher")
OI_METADATA: Final = _oi("metadata", "any", '{"session_id":"s-42"}')
OI_TAGS: Final = _oi("tag.tags", "string[]", '["beta"]')

# ---- OpenLLMetry (Traceloop) -------------------------------------------------------------------------------------
_tl = _Origin("OpenLLMetry")
TL_SPAN_KIND: Final = _tl("traceloop.span.kind", "string", "workflow")
TL_WORKFLOW_NAME: Final = _tl("traceloop.workflow.name", "string", "nightly_report")
TL_ENTITY_NAME: Final = _tl("traceloop.entity.name", "string", "weather")
TL_ENTITY_INPUT: Final = _tl("traceloop.entity.input", "any", '{"city":"Bern"}')
TL_ENTITY_OUTPUT: Final = _tl("traceloop.entity.output", "any", "21 degrees")
TL_SESSION_ID: Final = _tl("traceloop.association.properties.session_id", "string", "s-42")
TL_USER_ID: Final = _tl("traceloop.association.properties.user_id", "string", "u-7")
TL_LS_PROVIDER: Final = _tl("traceloop.association.properties.ls_provider", "string", "openai")
TL_LS_MODEL_NAME: Final = _tl("traceloop.association.properties.ls_model_name", "string", "gpt-4o-mini")
TL_REQUEST_TYPE: Final = _tl("llm.request.type", "string", "chat")
TL_RESPONSE_MODEL: Final = _tl("llm.response.model", "string", "gpt-4o-mini-2024-07-18")
TL_PROMPT_TOKENS: Final = _tl("llm.usage.prompt_tokens", "int", "120", unit=_tokens)
TL_COMPLETION_TOKENS: Final = _tl("llm.usage.completion_tokens", "int", "48", unit=_tokens)
TL_REASONING_TOKENS: Final = _tl("llm.usage.reasoning_tokens", "int", "16", unit=_tokens)
TL_CACHE_READ: Final = _tl("gen_ai.usage.cache_read_input_tokens", "int", "64", unit=_tokens)
TL_CACHE_CREATION: Final = _tl("gen_ai.usage.cache_creation_input_tokens", "int", "32", unit=_tokens)
TL_REASONING: Final = _tl("gen_ai.usage.reasoning_tokens", "int", "16", unit=_tokens)
TL_PROMPT_CONTENT: Final = _tl("gen_ai.prompt.{n}.content", "string", "Hello")
TL_COMPLETION_CONTENT: Final = _tl("gen_ai.completion.{n}.content", "string", "Hi")
TL_FUNCTIONS: Final = _tl("llm.request.functions", "any", '[{"name":"weather"}]', note="flattened: .{n}.name …")
TL_COMPLETION_FINISH: Final = _tl("gen_ai.completion.0.finish_reason", "string", "stop")
TL_FINISH_REASON: Final = _tl("gen_ai.response.finish_reason", "string", "stop")
TL_LLM_FINISH_REASON: Final = _tl("llm.response.finish_reason", "string", "stop")
TL_STOP_REASON: Final = _tl("gen_ai.response.stop_reason", "string", "end_turn")
TL_LLM_STOP_REASON: Final = _tl("llm.response.stop_reason", "string", "end_turn")
TL_IS_STREAMING: Final = _tl("llm.is_streaming", "boolean", "true")
TL_GEN_AI_IS_STREAMING: Final = _tl("gen_ai.is_streaming", "boolean", "true")
TL_USER: Final = _tl("llm.user", "string", "u-7")
TL_EMBEDDING_VECTOR_SIZE: Final = _tl("llm.openai.embeddings.vector_size", "int", "1536")

# ---- Vercel AI SDK -----------------------------------------------------------------------------------------------
_ai = _Origin("Vercel AI SDK")
AI_OPERATION_ID: Final = _ai("ai.operationId", "string", "ai.generateText.doGenerate")
AI_OPERATION_NAME: Final = _ai("operation.name", "string", "ai.generateText my-function", note="id, space, functionId")
AI_MODEL_ID: Final = _ai("ai.model.id", "string", "gpt-4o-mini")
AI_MODEL_PROVIDER: Final = _ai("ai.model.provider", "string", "openai.chat", note="the provider is before the dot")
AI_RESPONSE_MODEL: Final = _ai("ai.response.model", "string", "gpt-4o-mini-2024-07-18")
AI_RESPONSE_ID: Final = _ai("ai.response.id", "string", "chatcmpl-123")
AI_FINISH_REASON: Final = _ai("ai.response.finishReason", "string", "tool-calls")
AI_MS_TO_FIRST_CHUNK: Final = _ai("ai.response.msToFirstChunk", "double", "350", unit="ms")
AI_STREAM_MS_TO_FIRST_CHUNK: Final = _ai("ai.stream.msToFirstChunk", "double", "350", unit="ms")
AI_INPUT_TOKENS: Final = _ai("ai.usage.inputTokens", "int", "120", unit=_tokens)
AI_PROMPT_TOKENS: Final = _ai("ai.usage.promptTokens", "int", "120", unit=_tokens)
AI_TOKENS: Final = _ai("ai.usage.tokens", "int", "120", unit=_tokens, note="embeddings")
AI_OUTPUT_TOKENS: Final = _ai("ai.usage.outputTokens", "int", "48", unit=_tokens)
AI_COMPLETION_TOKENS: Final = _ai("ai.usage.completionTokens", "int", "48", unit=_tokens)
AI_CACHE_READ_TOKENS: Final = _ai("ai.usage.inputTokenDetails.cacheReadTokens", "int", "64", unit=_tokens)
AI_CACHED_INPUT_TOKENS: Final = _ai("ai.usage.cachedInputTokens", "int", "64", unit=_tokens)
AI_CACHE_WRITE_TOKENS: Final = _ai("ai.usage.inputTokenDetails.cacheWriteTokens", "int", "32", unit=_tokens)
AI_REASONING_TOKENS: Final = _ai("ai.usage.reasoningTokens", "int", "16", unit=_tokens)
AI_PROMPT: Final = _ai("ai.prompt", "any", '{"prompt":"Hello"}')
AI_PROMPT_MESSAGES: Final = _ai("ai.prompt.messages", "any", '[{"role":"user","content":"Hello"}]')
AI_RESPONSE_TEXT: Final = _ai("ai.response.text", "string", "Hi")
AI_RESPONSE_OBJECT: Final = _ai("ai.response.object", "any", '{"answer":42}')
AI_RESPONSE_TOOL_CALLS: Final = _ai("ai.response.toolCalls", "any", '[{"toolName":"weather"}]')
AI_PROMPT_TOOLS: Final = _ai("ai.prompt.tools", "string[]", '{"type":"function","name":"weather"}')
AI_RESPONSE_REASONING: Final = _ai("ai.response.reasoning", "string", "She asks for the capital.")
AI_RESPONSE_FILES: Final = _ai("ai.response.files", "any", '[{"mediaType":"image/png"}]')
AI_RESULT_TEXT: Final = _ai("ai.result.text", "string", "Hi", note="version 3 and before, as the next three")
AI_RESULT_OBJECT: Final = _ai("ai.result.object", "any", '{"answer":42}')
AI_RESULT_TOOL_CALLS: Final = _ai("ai.result.toolCalls", "any", '[{"toolName":"weather"}]')
AI_RESULT_FINISH_REASON: Final = _ai("ai.finishReason", "string", "stop")
AI_TOOL_CALL_NAME: Final = _ai("ai.toolCall.name", "string", "weather")
AI_TOOL_CALL_ID: Final = _ai("ai.toolCall.id", "string", "call_1")
AI_TOOL_CALL_ARGS: Final = _ai("ai.toolCall.args", "any", '{"city":"Bern"}')
AI_TOOL_CALL_RESULT: Final = _ai("ai.toolCall.result", "any", '{"celsius":21}')
AI_VALUE: Final = _ai("ai.value", "string", "holiday rules", note="the text of ai.embed")
AI_VALUES: Final = _ai("ai.values", "string[]", '["holiday rules"]', note="the texts of ai.embedMany")
AI_FUNCTION_ID: Final = _ai("ai.telemetry.functionId", "string", "my-function")
AI_RESOURCE_NAME: Final = _ai("resource.name", "string", "my-function", note="the functionId again")
AI_SESSION_ID: Final = _ai("ai.telemetry.metadata.sessionId", "string", "s-42")
AI_SESSION_ID_SNAKE: Final = _ai("ai.telemetry.metadata.session_id", "string", "s-42")
AI_USER_ID: Final = _ai("ai.telemetry.metadata.userId", "string", "u-7")
AI_USER_ID_SNAKE: Final = _ai("ai.telemetry.metadata.user_id", "string", "u-7")

# ---- Pydantic AI, Logfire ----------------------------------------------------------------------------------------
_pydantic = _Origin("Pydantic AI and Logfire")
PY_OPERATION_COST: Final = _pydantic("operation.cost", "double", "0.0021", unit="USD")
PY_AGENT_NAME: Final = _pydantic("agent_name", "string", "researcher")
PY_MODEL_NAME: Final = _pydantic("model_name", "string", "gpt-4o-mini")
PY_ALL_MESSAGES: Final = _pydantic("pydantic_ai.all_messages", "any", '[{"role":"user","parts":[…]}]')
PY_ALL_MESSAGES_EVENTS: Final = _pydantic("all_messages_events", "any", '[{"role":"user","content":"Hello"}]')
PY_FINAL_RESULT: Final = _pydantic("final_result", "any", "Lima.")
PY_EVENTS: Final = _pydantic("events", "any", '[{"event.name":"gen_ai.choice","message":{…}}]')
PY_REQUEST_PARAMETERS: Final = _pydantic("model_request_parameters", "any", '{"function_tools":[…]}')
PY_TOOL_ARGUMENTS: Final = _pydantic("tool_arguments", "any", '{"city":"Bern"}')
PY_TOOL_RESPONSE: Final = _pydantic("tool_response", "any", "21 degrees")
PY_CACHE_READ: Final = _pydantic("gen_ai.usage.details.cache_read_tokens", "int", "64", unit=_tokens)
PY_CACHE_READ_INPUT: Final = _pydantic("gen_ai.usage.details.cache_read_input_tokens", "int", "64", unit=_tokens)
PY_CACHE_WRITE: Final = _pydantic("gen_ai.usage.details.cache_write_tokens", "int", "32", unit=_tokens)
PY_CACHE_CREATION: Final = _pydantic("gen_ai.usage.details.cache_creation_input_tokens", "int", "32", unit=_tokens)
PY_REASONING: Final = _pydantic("gen_ai.usage.details.reasoning_tokens", "int", "16", unit=_tokens)
PY_REQUEST_DATA: Final = _pydantic("request_data", "any", '{"messages":[…]}')
PY_RESPONSE_DATA: Final = _pydantic("response_data", "any", '{"message":{…}}')
PY_TAGS: Final = _pydantic("logfire.tags", "string[]", '["beta"]')

# ---- OpenLIT -----------------------------------------------------------------------------------------------------
_openlit = _Origin("OpenLIT")
OL_COST: Final = _openlit("gen_ai.usage.cost", "double", "0.0021", unit="USD", note="0 stands for unknown")
OL_CACHED_TOKENS: Final = _openlit("gen_ai.usage.prompt_tokens_details.cached_tokens", "int", "64", unit=_tokens)
OL_CACHE_CREATION: Final = _openlit(
    "gen_ai.usage.prompt_tokens_details.cache_creation_tokens", "int", "32", unit=_tokens
)
OL_REASONING: Final = _openlit("gen_ai.usage.completion_tokens_details.reasoning_tokens", "int", "16", unit=_tokens)
OL_TIME_TO_FIRST_TOKEN: Final = _openlit("gen_ai.server.time_to_first_token", "double", "0.35", unit="s")
OL_IS_STREAM: Final = _openlit("gen_ai.request.is_stream", "boolean", "true")
OL_CONTENT_PROMPT: Final = _openlit("gen_ai.content.prompt", "any", "user: Hello")
OL_CONTENT_COMPLETION: Final = _openlit("gen_ai.content.completion", "any", "Hi")
OL_TOOL_ARGS: Final = _openlit("gen_ai.tool.args", "any", '{"city":"Bern"}')
OL_TOOL_INPUT: Final = _openlit("gen_ai.tool.input", "any", '{"city":"Bern"}')
OL_TOOL_OUTPUT: Final = _openlit("gen_ai.tool.output", "any", "21 degrees")
OL_EMBEDDING_DIMENSION: Final = _openlit("gen_ai.request.embedding_dimension", "int", "1536")
OL_RETRIEVAL_QUERY: Final = _openlit("gen_ai.retrieval.query", "string", "holiday rules")
OL_FRAMEWORK_ERROR_TYPE: Final = _openlit("gen_ai.framework.error.type", "string", "TimeoutError")
OL_DB_VECTOR_TOP_K: Final = _openlit("db.vector.query.top_k", "int", "5")

# ---- Langfuse, Laminar, MLflow, Google ADK, Genkit ---------------------------------------------------------------
_others = _Origin("Langfuse")
LF_TYPE: Final = _others("langfuse.observation.type", "string", "generation")
LF_MODEL_NAME: Final = _others("langfuse.observation.model.name", "string", "gpt-4o-mini")
LF_INPUT: Final = _others("langfuse.observation.input", "any", "Hello")
LF_OUTPUT: Final = _others("langfuse.observation.output", "any", "Hi")
LF_USAGE_DETAILS: Final = _others(
    "langfuse.observation.usage_details", "any", '{"input":120,"output":48}', unit=_tokens
)
LF_COST_DETAILS: Final = _others("langfuse.observation.cost_details", "any", '{"total":0.0021}', unit="USD")
LF_SESSION_ID: Final = _others("langfuse.session.id", "string", "s-42")
LF_USER_ID: Final = _others("langfuse.user.id", "string", "u-7")
LF_TAGS: Final = _others("langfuse.trace.tags", "string[]", '["beta"]')
LF_LS_PROVIDER: Final = _others("langfuse.observation.metadata.ls_provider", "string", "openai")
LF_LS_MODEL_NAME: Final = _others("langfuse.observation.metadata.ls_model_name", "string", "gpt-4o-mini")
_laminar = _Origin("Laminar")
LM_TYPE: Final = _laminar("lmnr.span.type", "string", "LLM")
LM_INPUT: Final = _laminar("lmnr.span.input", "any", "Hello")
LM_OUTPUT: Final = _laminar("lmnr.span.output", "any", "Hi")
LM_SESSION_ID: Final = _laminar("lmnr.association.properties.session_id", "string", "s-42")
LM_USER_ID: Final = _laminar("lmnr.association.properties.user_id", "string", "u-7")
LM_LS_PROVIDER: Final = _laminar("lmnr.association.properties.ls_provider", "string", "openai")
LM_LS_MODEL_NAME: Final = _laminar("lmnr.association.properties.ls_model_name", "string", "gpt-4o-mini")
LM_TAGS: Final = _laminar("lmnr.association.properties.tags", "string[]", '["beta"]')
LM_INPUT_COST: Final = _laminar("gen_ai.usage.input_cost", "double", "0.0012", unit="USD")
LM_OUTPUT_COST: Final = _laminar("gen_ai.usage.output_cost", "double", "0.0009", unit="USD")
_mlflow = _Origin("MLflow")
ML_TYPE: Final = _mlflow("mlflow.spanType", "string", '"CHAT_MODEL"', note="a JSON string, quoted")
ML_INPUTS: Final = _mlflow("mlflow.spanInputs", "any", '{"messages":[…]}')
ML_OUTPUTS: Final = _mlflow("mlflow.spanOutputs", "any", '{"choices":[…]}')
_google = _Origin("Google ADK and Genkit")
GK_SUBTYPE: Final = _google("genkit:metadata:subtype", "string", "model")
GK_INPUT: Final = _google("genkit:input", "any", '{"messages":[…]}')
GK_OUTPUT: Final = _google("genkit:output", "any", '{"message":{…}}')
ADK_LLM_REQUEST: Final = _google("gcp.vertex.agent.llm_request", "any", '{"contents":[…]}')
ADK_LLM_RESPONSE: Final = _google("gcp.vertex.agent.llm_response", "any", '{"content":{…}}')
ADK_TOOL_CALL_ARGS: Final = _google("gcp.vertex.agent.tool_call_args", "any", '{"city":"Bern"}')
ADK_TOOL_RESPONSE: Final = _google("gcp.vertex.agent.tool_response", "any", '{"celsius":21}')

# ---- Event names -------------------------------------------------------------------------------------------------
EVENT_EXCEPTION: Final = "exception"
EVENT_FIRST_CHUNK: Final = ("ai.stream.firstChunk", "llm.content.completion.chunk")
EVENT_FS_CONTENT: Final = "traceway.fs.content"
EVENT_OPERATION_DETAILS: Final = "gen_ai.client.inference.operation.details"
EVENT_SYSTEM_MESSAGE: Final = "gen_ai.system.message"
EVENT_USER_MESSAGE: Final = "gen_ai.user.message"
EVENT_ASSISTANT_MESSAGE: Final = "gen_ai.assistant.message"
EVENT_TOOL_MESSAGE: Final = "gen_ai.tool.message"
EVENT_CHOICE: Final = "gen_ai.choice"
EVENT_CONTENT_PROMPT: Final = OL_CONTENT_PROMPT
EVENT_CONTENT_COMPLETION: Final = OL_CONTENT_COMPLETION
EVENT_VECTOR_DB_RESULT: Final = ("db.query.result", "db.search.result")
