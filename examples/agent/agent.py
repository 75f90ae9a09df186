"""An agent that answers letters of customers. It knows nothing of Traceway.

For each letter it finds the policy that applies (embeddings by Ollama), lets a model of OpenAI ask for the order and
write the reply, has a small local model review it, and files both. It needs ``OPENAI_BASE_URL``, ``OPENAI_API_KEY`` and
``OLLAMA_HOST``, as every such program.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import ollama
from openai import OpenAI

HERE = Path(__file__).resolve().parent
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "look_up_order",
            "description": "What the shop knows of an order.",
            "parameters": {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]},
        },
    }
]

model = OpenAI()
local = ollama.Client()


def look_up_order(order: int) -> str:
    """One row of the shop's orders."""
    with open(HERE / "orders.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if int(row["order"]) == order:
                return json.dumps(row)
    return f"there is no order {order}"


def policy_for(letter: str, policies: dict[str, str], vectors: dict[str, list[float]]) -> str:
    """The policy whose words are nearest to those of the letter."""
    asked = local.embed("nomic-embed-text", letter)["embeddings"][0]
    nearest = max(vectors, key=lambda name: sum(a * b for a, b in zip(asked, vectors[name], strict=True)))
    return policies[nearest]


def reply_to(letter: str, policy: str) -> str:
    """What the model writes, once it has looked up what it asks for."""
    messages: list[Any] = [
        {"role": "system", "content": f"You answer letters to a shop, kindly and briefly.\n\nPolicy:\n{policy}"},
        {"role": "user", "content": letter},
    ]
    first = model.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS)
    asked = first.choices[0].message
    if asked.tool_calls:
        messages.append(asked)
        for call in asked.tool_calls:
            found = look_up_order(**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": found})
    stream = model.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def review_of(reply: str) -> str:
    """What a small model on this machine thinks of it."""
    question = [{"role": "user", "content": f"Is this reply fit to be sent?\n\n{reply}"}]
    return "".join(part["message"]["content"] or "" for part in local.chat("llama3.2", question, stream=True))


def main(out: Path) -> None:
    policies = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "policies").glob("*.txt"))}
    embedded = local.embed("nomic-embed-text", list(policies.values()))["embeddings"]
    vectors = {name: list(vector) for name, vector in zip(policies, embedded, strict=True)}
    out.mkdir(parents=True, exist_ok=True)
    done = []
    for path in sorted((HERE / "letters").glob("*.txt")):
        letter = path.read_text("utf-8")
        reply = reply_to(letter, policy_for(letter, policies, vectors))
        review = review_of(reply)
        answer = out / f"{path.stem}.md"
        answer.write_text(f"{reply}\n\n> {review}\n", "utf-8")
        done.append({"letter": path.name, "reply": answer.name, "words": len(reply.split())})
        print(f"{path.name}: {len(reply.split())} words")
    with open(out / "index.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=["letter", "reply", "words"])
        writer.writeheader()
        writer.writerows(done)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "replies")
