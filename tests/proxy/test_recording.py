"""What a span says of an exchange."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.sink import attributes
from traceway_collector.errors import BadInput, Unavailable
from traceway_collector.proxy import recorder, tee
from traceway_collector.proxy.calls import call_of
from traceway_collector.proxy.span import resource_spans_of
from traceway_collector.proxy.tee import Budget, Copy, Exchange
from traceway_collector.proxy.upstream import Target

from .running import Running, head_of

TARGET = Target.of("https://api.openai.com/v1")
ANSWER = {
    "id": "chatcmpl-1",
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}},
}


def exchanged(path: str, request: object, response: object, headers: tuple[tuple[bytes, bytes], ...] = (), **more):
    """An exchange that has ended. Bodies that are not bytes are sent as JSON."""
    budget = more.pop("budget", Budget(1 << 30))
    exchange = Exchange(call_of(b"POST", path), list(headers), more.pop("query", b""), Copy(budget), Copy(budget))
    exchange.request.add(request if isinstance(request, bytes) else json.dumps(request).encode())
    exchange.status = more.pop("status", 200)
    exchange.response_headers = [(b"Content-Type", more.pop("media", "application/json").encode())]
    exchange.response_headers += more.pop("response_headers", [])
    exchange.chunk(response if isinstance(response, bytes) else json.dumps(response).encode())
    exchange.end()
    return exchange


def span_of(*arguments, target: Target = TARGET, **more):
    return resource_spans_of(exchanged(*arguments, **more), target).scope_spans[0].spans[0]


def found_of(*arguments, **more):
    return attributes(span_of(*arguments, **more))


def test_a_chat_completion():
    request = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "temperature": 1,
        "top_p": 0.5,
        "max_completion_tokens": 50,
        "seed": 7,
        "stop": "END",
        "n": 2,
        "user": "u-7",
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}],
    }
    span = span_of("/v1/chat/completions", request, ANSWER)
    found = attributes(span)
    content = {key: json.loads(found.pop(f"gen_ai.{key}")) for key in ("input.messages", "output.messages")}
    assert [message["role"] for message in content["input.messages"]] == ["system", "user"]
    assert content["output.messages"][0]["parts"] == [{"type": "text", "content": "Hello"}]
    assert json.loads(found.pop("gen_ai.tool.definitions"))[0]["name"] == "weather"
    assert span.name == "chat gpt-4o-mini"
    assert found == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "server.address": "api.openai.com",
        "server.port": 443,
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 3,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.request.temperature": 1.0,
        "gen_ai.request.top_p": 0.5,
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.seed": 7,
        "gen_ai.request.stop_sequences": ["END"],
        "gen_ai.request.choice.count": 2,
        "user.id": "u-7",
        "gen_ai.request.stream": False,
        "http.response.status_code": 200,
    }


def test_a_completion_and_its_parameters_in_ollamas_words():
    request = {
        "model": "m",
        "prompt": "Once",
        "system": "Rhyme.",
        "options": {"num_predict": 5, "top_k": 40, "temperature": 0, "stop": ["a", "b"]},
    }
    lines = [
        {"model": "m", "response": "", "thinking": "A tale", "done": False},
        {"model": "m", "response": " upon", "done": False},
        {
            "model": "m",
            "response": " a",
            "done": True,
            "done_reason": "length",
            "prompt_eval_count": 3,
            "eval_count": 5,
        },
    ]
    sent = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    span = span_of("/api/generate", request, sent, media="application/x-ndjson")
    found = attributes(span)
    assert span.name == "text_completion m"
    assert json.loads(found["gen_ai.output.messages"])[0]["parts"] == [
        {"type": "reasoning", "content": "A tale"},
        {"type": "text", "content": " upon a"},
    ]
    assert json.loads(found["gen_ai.system_instructions"])[0]["content"] == "Rhyme."
    assert found["gen_ai.request.max_tokens"] == 5
    assert found["gen_ai.request.top_k"] == 40
    assert found["gen_ai.request.temperature"] == 0.0
    assert found["gen_ai.request.stop_sequences"] == ["a", "b"]
    assert (found["gen_ai.usage.input_tokens"], found["gen_ai.usage.output_tokens"]) == (3, 5)
    assert found["gen_ai.response.finish_reasons"] == ["length"]
    assert found["gen_ai.provider.name"] == "ollama"
    assert found["gen_ai.request.stream"] is True
    assert found["gen_ai.response.time_to_first_chunk"] >= 0


@pytest.mark.parametrize(
    ("path", "response", "dimensions"),
    [
        ("/v1/embeddings", {"data": [{"embedding": [0.1, 0.2, 0.3]}], "usage": {"prompt_tokens": 5}}, 3),
        ("/v1/embeddings", {"data": [{"embedding": base64.b64encode(bytes(16)).decode()}]}, 4),
        ("/api/embed", {"embeddings": [[0.1, 0.2]], "prompt_eval_count": 5}, 2),
        ("/api/embeddings", {"embedding": [0.1]}, 1),
    ],
)
def test_embeddings(path, response, dimensions):
    found = found_of(path, {"model": "e", "input": ["a", "b"]}, response)
    assert found["gen_ai.operation.name"] == "embeddings"
    assert found["gen_ai.embeddings.dimension.count"] == dimensions
    assert "gen_ai.usage.output_tokens" not in found
    assert len(json.loads(found["gen_ai.input.messages"])) == 2


@pytest.mark.parametrize(
    ("method", "path", "operation", "deployment"),
    [
        (b"POST", "/chat/completions", "chat", ""),
        (b"POST", "/openai/v1/chat/completions/", "chat", ""),
        (b"POST", "/openai/deployments/my%20gpt/chat/completions", "chat", "my gpt"),
        (b"POST", "/v1/completions", "text_completion", ""),
        (b"POST", "/responses", "chat", ""),
        (b"POST", "/api/v1/embeddings", "embeddings", ""),
        (b"POST", "/base/api/chat", "chat", ""),
        (b"GET", "/v1/responses", None, ""),
        (b"POST", "/v1/chat/completions/extra", None, ""),
        (b"POST", "/v1/xcompletions", None, ""),
        (b"POST", "/api/pull", None, ""),
        (b"POST", "/v1/responses/resp_1/cancel", None, ""),
    ],
)
def test_which_requests_are_calls(method, path, operation, deployment):
    call = call_of(method, path)
    assert (call.operation if call else None) == operation
    assert (call.deployment if call else "") == deployment


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("GZIP", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    ],
)
def test_a_compressed_answer_is_read(encoding, encode):
    sent = encode(json.dumps(ANSWER).encode())
    headers = [(b"content-encoding", encoding.encode())]
    found = found_of("/v1/chat/completions", {}, sent, response_headers=headers)
    assert found["gen_ai.usage.input_tokens"] == 12
    cut = found_of("/v1/chat/completions", {}, sent[: len(sent) - 12], response_headers=headers)
    assert cut["gen_ai.response.id"] == "chatcmpl-1", "what came before the cut is there"


def test_an_encoding_nobody_here_reads_leaves_the_facts_unknown():
    found = found_of("/v1/chat/completions", {"model": "m"}, b"\x8b", response_headers=[(b"content-encoding", b"br")])
    assert found["gen_ai.request.model"] == "m"
    assert not [key for key in found if "usage" in key or "output" in key]


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": True}, {"prompt_tokens": -1}, []]
)
def test_unknown_tokens_are_not_there(usage):
    assert not [key for key in found_of("/v1/chat/completions", {}, {**ANSWER, "usage": usage}) if "usage" in key]


def test_a_child_of_the_callers_span_under_the_callers_name():
    headers = (
        (b"Traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        (b"X-Traceway-Service", "bücher".encode()),
        (b"X-Traceway-Session", b"s-1"),
        (b"X-Traceway-User", b"u-1"),
    )
    exchange = exchanged("/v1/chat/completions", {"user": "other"}, ANSWER, headers)
    spans = resource_spans_of(exchange, TARGET)
    span = spans.scope_spans[0].spans[0]
    assert attributes(spans.resource) == {"service.name": "bücher"}
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    assert (attributes(span)["session.id"], attributes(span)["user.id"]) == ("s-1", "u-1")


@pytest.mark.parametrize(
    ("status", "response", "media", "kind", "message"),
    [
        (429, {"error": {"message": "Slow down", "code": "rate"}}, "application/json", "429", "Slow down"),
        (404, {"error": "no such model"}, "application/json", "404", "no such model"),
        (500, b"<html>", "text/html", "500", "HTTP status 500"),
        (200, b'data: {"error":{"message":"Full","type":"server"}}\n\n', "text/event-stream", "server", "Full"),
        (200, b'{"message":{"content":"a"}}\n{"error":"died"}\n', "application/x-ndjson", "error", "died"),
    ],
)
def test_errors(status, response, media, kind, message):
    span = span_of("/api/chat", {"model": "m"}, response, status=status, media=media)
    assert (attributes(span)["error.type"], span.status.message) == (kind, message)


def test_keys_are_nowhere():
    keys = [f"sk-{name}-0123456789" for name in ("auth", "xapi", "cookie", "azure", "query", "own")]
    headers = (
        (b"Authorization", f"Bearer {keys[0]}".encode()),
        (b"X-API-Key", keys[1].encode()),
        (b"Cookie", f"a=1; session={keys[2]}".encode()),
        (b"api-key", keys[3].encode()),
        (b"x-traceway-key", keys[5].encode()),
        (b"x-traceway-session", keys[0].encode()),
    )
    said = " ".join(keys)
    request = {"model": keys[0], "user": keys[1], "messages": [{"role": "user", "content": said}], "stop": keys}
    response = {"id": keys[2], "error": {"message": f"Incorrect API key: {said}"}}
    exchange = exchanged(
        "/v1/chat/completions", request, response, headers, query=f"key={keys[4]}&a=1".encode(), status=401
    )
    stored = resource_spans_of(exchange, TARGET).SerializeToString()
    assert [key for key in keys if key.encode() in stored] == []
    assert b"Incorrect API key: [key] [key]" in stored


def test_what_looks_like_a_secret_is_nowhere():
    secret = f"sk-proj-{'x9Qw7Zr5Tb3Lm1Kj8Hg6Fd4Sa2Po0' * 2}"
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({"password": "hunter22"})}}
    request = {"model": "m", "messages": [{"role": "user", "content": f"use {secret}"}], "user": secret}
    response = {"choices": [{"message": {"content": f"I use {secret}", "tool_calls": [call]}}]}
    service = ((b"x-traceway-service", secret.encode()),)
    span = resource_spans_of(exchanged("/v1/chat/completions", request, response, service), TARGET)
    stored = span.SerializeToString()
    assert secret.encode() not in stored
    assert b"hunter22" not in stored
    said = json.loads(attributes(span.scope_spans[0].spans[0])["gen_ai.input.messages"])
    assert said[0]["parts"][0]["content"] == "use [redacted:api-key]"


def test_a_body_that_is_too_large_is_kept_in_part(monkeypatch):
    monkeypatch.setattr(tee, "MAX_BODY_BYTES", 200)
    text = "x" * 500
    exchange = exchanged(
        "/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": text}]}, ANSWER
    )
    assert exchange.request.kept_bytes == 200
    assert exchange.request.is_truncated
    found = attributes(resource_spans_of(exchange, TARGET).scope_spans[0].spans[0])
    [message] = json.loads(found["gen_ai.input.messages"])
    assert message["parts"][0]["content"] == text[: len(message["parts"][0]["content"])]


def test_all_copies_together_have_a_limit():
    budget = Budget(100)
    first = exchanged("/v1/chat/completions", b"a" * 90, b"b" * 50, budget=budget)
    assert (first.request.kept_bytes, first.response.kept_bytes, budget.free_bytes) == (90, 10, 0)
    first.release()
    assert budget.free_bytes == 100


BODIES = st.binary(max_size=200) | st.builds(
    lambda start, end: json.dumps({**ANSWER, "x": start}).encode()[end:], st.text(max_size=5), st.integers(0, 50)
)


@settings(max_examples=200)
@given(
    st.sampled_from(["/v1/chat/completions", "/responses", "/api/chat", "/api/generate", "/api/embed", "/completions"]),
    BODIES,
    BODIES,
    st.sampled_from(["application/json", "text/event-stream", "application/x-ndjson", ""]),
    st.sampled_from([[], [(b"content-encoding", b"gzip")], [(b"content-encoding", b"zstd, deflate")]]),
)
def test_any_bytes_make_a_span(path, request, response, media, response_headers):
    span = span_of(path, request, response, media=media, response_headers=response_headers)
    assert span.name
    assert attributes(span)["gen_ai.operation.name"]


def test_what_ingest_does_not_take_now_is_tried_again(proxy):
    proxy.ingest.faults = [Unavailable("busy", retry_after_s=0), Unavailable("busy", retry_after_s=0)]
    _call(proxy)
    assert len(proxy.ingest.spans(1)) == 1
    assert proxy.ingest.attempts == 3


def test_no_relay_waits_for_a_call_to_be_read(proxy, monkeypatch):
    threads: list[int] = []

    def watched(exchange, target):
        threads.append(threading.get_ident())
        return resource_spans_of(exchange, target)

    monkeypatch.setattr(recorder, "resource_spans_of", watched)
    _call(proxy)
    proxy.ingest.spans(1)
    assert threads
    assert proxy.loop_thread_id not in threads


def test_what_ingest_never_takes_is_counted(proxy):
    proxy.ingest.faults = [BadInput("no")]
    _call(proxy)
    assert proxy.ingest.wait_for_refusal() == ("proxy_not_recorded", "1 calls through the proxy: no")


def test_what_is_no_call_leaves_no_span(proxy):
    for path in (b"/api/tags", b"/v1/models", b"/v1/chat/completions"):
        _call(proxy, b"GET", path)
    _call(proxy)
    assert len(proxy.ingest.spans(1)) == 1


def _call(proxy: Running, method: bytes = b"POST", path: bytes = b"/v1/chat/completions") -> None:
    """One exchange, over connections of its own."""
    client = proxy.client()
    client.sendall(method + b" " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
    target = proxy.target()
    head_of(target)
    target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    head_of(client)
