"""Reading back over REST what was recorded a moment ago."""

from __future__ import annotations

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from tests.api.file_telemetry import content_id, content_records
from tests.api.telemetry import logs_request
from tests.e2e.serving import Served
from traceway import Traceway, TracewayError


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def tw(served):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(served.urls["otlp_http"] + "/v1/traces")))
    yield Traceway(served.urls["api"], tracer_provider=provider)
    provider.shutdown()


def test_what_was_recorded_comes_back(tw):
    with tw.trace("task", session="s", user="u", tags=["t"], input="Hello") as task:
        with task.llm_call("ask", model="gpt-4o-mini", provider="openai", input="Hi") as ask:
            ask.set_output("Ho", tokens_input=12, tokens_output=3)
        task.tool("weather", input={"city": "Bern"}).complete({"celsius": 21})
        task.set_output("Bye")

    found = tw.get_trace(task.trace_id)
    assert found["count"] == 3
    assert (found["trace"]["session_id"], found["trace"]["user_id"], found["trace"]["tags"]) == ("s", "u", ["t"])
    assert (found["trace"]["input_preview"], found["trace"]["output_preview"]) == ("Hello", "Bye")
    assert [span["name"] for span in tw.get_spans(task.trace_id)] == ["task", "ask", "weather"]
    call = tw.get_span(ask.span_id, trace_id=task.trace_id)
    assert call["kind"]["type"] == "llm_call"
    assert (call["kind"]["model"], call["kind"]["provider"]) == ("gpt-4o-mini", "openai")
    assert (call["kind"]["input_tokens"], call["kind"]["output_tokens"]) == (12, 3)
    assert call["kind"]["cost"] is not None
    assert call["output"] == [{"role": "assistant", "parts": [{"type": "text", "content": "Ho"}]}]
    assert [span["id"] for span in tw.get_spans(kind="tool", trace_id=task.trace_id)] != []
    assert task.trace_id in [trace["id"] for trace in tw.get_traces(session="s")]
    assert tw.export_json(task.trace_id)["resourceSpans"]


def test_a_list_goes_over_several_pages_and_ends_at_its_limit(tw):
    for number in range(5):
        tw.trace(f"page {number}", user="pages").complete()
    tw.page_size = 2
    assert len(tw.get_traces(user="pages", limit=3)) == 3
    assert len(tw.get_traces(user="pages")) == 5


def test_a_deleted_trace_is_unknown_and_errors_say_what_is_wrong(tw):
    with tw.trace("gone") as gone:
        pass
    tw.delete_trace(gone.trace_id)
    with pytest.raises(TracewayError) as caught:
        tw.get_trace(gone.trace_id)
    assert caught.value.status == 404
    with pytest.raises(TracewayError, match="expected") as caught:
        tw.get_traces(since="yesterday")
    assert (caught.value.status, caught.value.code != "") == (400, True)


def test_files_their_versions_and_their_bytes(served, tw):
    old, new = b"first words\n", b"second words\n"
    with tw.trace("files") as trace:
        for data in (old, new):
            kind = {"type": "fs_write", "path": "/srv/a b/plan.md", "file_version": content_id(data)}
            trace.span("fs.write", kind=kind).complete()
            served.send(logs_request(content_records(data)))
    assert [file["path"] for file in tw.list_files(trace=trace.trace_id)] == ["/srv/a b/plan.md"]
    versions = tw.file_versions("/srv/a b/plan.md")
    assert [version["hash"] for version in versions] == [content_id(new), content_id(old)]
    assert [tw.read_file(version["hash"]) for version in versions] == [new, old]
    with pytest.raises(TracewayError) as caught:
        tw.read_file(content_id(b"unknown"))
    assert caught.value.status == 404
