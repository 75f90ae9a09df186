"""A program recorded by the SDK: conversations of a shop's assistant over several turns, with sub-agents, retrieval,
reasoning, tools that fail and unpriced calls. What the pages for sessions, charts and comparing have to show.

    TRACEWAY_URL=… python -m tests.ui.conversations [SEED]
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any

from traceway import Traceway

TURNS = (
    ("Where is my parcel 4711?", "It left Lyon this morning and arrives on **Thursday**."),
    (
        "Can I still change the address?",
        "Yes, until it is out for delivery:\n\n1. Open the order\n2. Choose *Change address*",
    ),
    ("Then send it to my office, please.", "Done. The parcel now goes to your office."),
)
MODELS = (("gpt-4o-mini", "openai"), ("claude-sonnet-4-5", "anthropic"), ("house-model-7b", "ollama"))


def converse(tw: Traceway, rng: random.Random, session: str, user: str, turns: int) -> None:
    """One conversation; each turn is a trace that brings the messages so far."""
    messages: list[dict[str, object]] = [{"role": "system", "content": "You help customers of a shop. Be brief."}]
    for question, answer in TURNS[:turns]:
        messages.append({"role": "user", "content": question})
        fails = rng.random() < 0.25
        with tw.trace("answer customer", session=session, user=user, tags=["shop", "beta"], input=question) as trace:
            _look_up(trace, rng, question)
            _ask_courier(trace, rng, fails)
            model, provider = rng.choice(MODELS)
            call = trace.llm_call("chat", model=model, provider=provider, input=list(messages))
            time.sleep(rng.uniform(0.002, 0.02))
            call.complete(
                [
                    {
                        "role": "assistant",
                        "parts": [
                            {"type": "reasoning", "content": "The customer wants the delivery. The courier knows it."},
                            {"type": "text", "content": answer},
                        ],
                    }
                ],
                tokens_input=200 + 90 * len(messages) + rng.randrange(40),
                tokens_output=20 + rng.randrange(30),
            )
            trace.set_output(answer)
        messages.append({"role": "assistant", "content": answer})


def _look_up(trace: Any, rng: random.Random, question: str) -> None:
    found = trace.retrieval("handbook", input=question)
    found.complete(
        [
            {"id": "delivery-3", "score": round(rng.uniform(0.7, 0.95), 2), "content": "Parcels may be redirected."},
            {"id": "returns-1", "score": round(rng.uniform(0.3, 0.6), 2), "content": "Returns are free for 30 days."},
        ]
    )


def _ask_courier(trace: Any, rng: random.Random, fails: bool) -> None:
    with trace.agent("courier agent") as agent:
        plan = agent.llm_call("plan", model="gpt-4o-mini", provider="openai", input="Where is parcel 4711?")
        plan.complete("I ask the courier.", tokens_input=80 + rng.randrange(20), tokens_output=8)
        tool = agent.tool("track_parcel", input={"parcel": 4711, "verbose": rng.random() < 0.5}, call_id="call_1")
        time.sleep(rng.uniform(0.001, 0.01))
        if fails:
            tool.fail(TimeoutError("the courier did not answer within 2 s"))
            tool = agent.tool("track_parcel", input={"parcel": 4711, "retry": True}, call_id="call_2")
        tool.complete({"parcel": 4711, "place": rng.choice(["Lyon", "Dijon", "Reims"]), "arrives": "Thursday"})


def main(seed: int = 1, conversations: int = 4, url: str | None = None) -> None:
    """Some conversations of different customers, sent to ``url`` or where TRACEWAY_URL points."""
    rng = random.Random(seed)
    tw = Traceway(url, service_name="shop-assistant")
    for n in range(conversations):
        converse(tw, rng, f"s-{seed}-{n}", f"customer-{rng.randrange(3)}", 1 + rng.randrange(3))
    tw.flush()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
