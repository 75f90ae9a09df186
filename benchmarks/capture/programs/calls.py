"""Microseconds of model calls, as one JSON object on stdout. Run plain and instrumented; it knows of neither.

Arguments: address of a server that answers at once, how many calls of each kind.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import ollama
import openai

MESSAGES = [
    {"role": "system", "content": "You are a careful assistant. " * 10},
    {"role": "user", "content": "Where is my order? " * 20},
]


def measured(calls: int, call: Callable[[], object]) -> float:
    """Microseconds of one call: the median."""
    for _ in range(20):
        call()
    found = []
    for _ in range(calls):
        before = time.perf_counter_ns()
        call()
        found.append(time.perf_counter_ns() - before)
    return statistics.median(found) / 1000


def main() -> None:
    url, calls = sys.argv[1], int(sys.argv[2])
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    local = ollama.Client(host=url)

    def plain() -> object:
        return client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)

    def streamed() -> object:
        return [*client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True)]

    def chat() -> object:
        return local.chat("llama3.2", MESSAGES)

    def chat_streamed() -> object:
        return [*local.chat("llama3.2", MESSAGES, stream=True)]

    measures = {"openai": plain, "openai, stream": streamed, "ollama": chat, "ollama, stream": chat_streamed}
    print(json.dumps({name: measured(calls, call) for name, call in measures.items()}))


if __name__ == "__main__":
    main()
