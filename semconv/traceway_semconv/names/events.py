"""Names of events, of spans and of log records."""

from __future__ import annotations

from typing import Final

from .dialects import OL_CONTENT_COMPLETION, OL_CONTENT_PROMPT

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
