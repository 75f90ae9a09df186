"""One call of the client, made as a program would, synchronously or not."""

from __future__ import annotations

import asyncio
from typing import Any

import ollama


def sync(url: str, method: str, *args: Any, **kwargs: Any) -> Any:
    """The response; of a stream, the list of its chunks."""
    with ollama.Client(url) as client:
        answer = getattr(client, method)(*args, **kwargs)
        return [*answer] if kwargs.get("stream") else answer


def asynchronous(url: str, method: str, *args: Any, **kwargs: Any) -> Any:
    """The same with the asynchronous client and a loop of its own."""

    async def ask() -> Any:
        async with ollama.AsyncClient(url) as client:
            answer = await getattr(client, method)(*args, **kwargs)
            return [each async for each in answer] if kwargs.get("stream") else answer

    return asyncio.run(ask())


WAYS = [sync, asynchronous]
