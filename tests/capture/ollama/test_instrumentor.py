"""What is wrapped, what is left alone, and that the application never notices."""

from __future__ import annotations

import functools
import inspect
import json
import subprocess
import sys

import ollama
import pytest
from ollama import chat as chat_imported_before
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.util.genai.handler import TelemetryHandler

from tests.models.ollama_server import PIXEL
from traceway.contain import FAULTS
from traceway.ollama import OllamaInstrumentor, answer, instrumentor

from .asking import WAYS, sync
from .conftest import CONTENT, Recording

HI = [{"role": "user", "content": "my secret"}]
ways = pytest.mark.parametrize("ask", WAYS)


@pytest.fixture
def default_client(server, monkeypatch):
    """The client behind the functions of the module, which was made at import, asks our server."""
    client = ollama.Client(server.url)
    monkeypatch.setattr(chat_imported_before.__self__, "_client", client._client)
    yield
    client.close()


def test_a_function_imported_before_is_seen(recording, default_client):
    assert chat_imported_before("llama3.2", HI).message.content == "Hello."
    assert [*chat_imported_before("llama3.2", HI, stream=True)]
    assert [span.name for span in recording.spans] == ["chat llama3.2", "chat llama3.2"]


@ways
def test_uninstrument_restores(server, recording, ask):
    OllamaInstrumentor().uninstrument()
    assert not hasattr(ollama.Client._request, "__wrapped__")
    assert not hasattr(ollama.AsyncClient._request, "__wrapped__")
    assert ask(server.url, "chat", "llama3.2", HI).message.content == "Hello."
    assert recording.spans == ()
    recording.instrument()
    ask(server.url, "chat", "llama3.2", HI)
    assert recording.span.name == "chat llama3.2"


def test_uninstrument_leaves_a_later_wrapper_in_place(server, recording):
    seen, ours = [], ollama.Client._request

    @functools.wraps(ours)
    def theirs(self, *args, **kwargs):
        seen.append(args[2])
        return ours(self, *args, **kwargs)

    ollama.Client._request = theirs
    try:
        OllamaInstrumentor().uninstrument()
        sync(server.url, "chat", "llama3.2", HI)
    finally:
        ollama.Client._request = inspect.unwrap(ours)
    assert (seen, recording.spans) == (["/api/chat"], ())


def test_a_stream_under_way_is_recorded_to_its_end(server, recording):
    with ollama.Client(server.url) as client:
        stream = client.chat("llama3.2", HI, stream=True)
        next(stream)
        OllamaInstrumentor().uninstrument()
        assert len([*stream]) == 3
    assert recording.attributes["gen_ai.usage.output_tokens"] == 9


@ways
def test_models_and_their_files_are_left_alone(server, recording, ask):
    ask(server.url, "list")
    ask(server.url, "ps")
    ask(server.url, "show", "llama3.2")
    assert [each.status for each in ask(server.url, "pull", "llama3.2", stream=True)][-1] == "success"
    assert (len(server.requests), recording.spans) == (4, ())


@ways
@pytest.mark.parametrize("stream", [False, True])
def test_suppressed(server, recording, ask, stream):
    with suppress_instrumentation():
        assert ask(server.url, "chat", "llama3.2", HI, stream=stream)
    assert recording.spans == ()


@ways
def test_inside_another_libraries_model_call(server, recording, ask):
    """A framework that records the same call has one span, with what only the client knows."""
    handler = TelemetryHandler(tracer_provider=recording.traces)
    with handler.inference("ollama", request_model="llama3.2"):
        ask(server.url, "chat", "llama3.2", HI, stream=True)
    assert recording.span.instrumentation_scope.name != "traceway.ollama"
    assert recording.attributes["gen_ai.usage.output_tokens"] == 9


@ways
@pytest.mark.parametrize("mode", ["", "NO_CONTENT", "SPAN_ONLY", "EVENT_ONLY", "SPAN_AND_EVENT"])
def test_content_goes_where_it_is_allowed(server, recording, ask, monkeypatch, mode):
    OllamaInstrumentor().uninstrument()
    monkeypatch.setenv(CONTENT, mode)
    recording.instrument()
    for stream in (False, True):
        ask(server.url, "chat", "tools", HI, stream=stream)
        ask(server.url, "generate", "thinking", "my secret", system="my secret", images=[PIXEL], stream=stream)
    spans = "".join(span.to_json() for span in recording.spans)
    records = [each.log_record for each in recording.log_exporter.get_finished_logs()]
    events = "".join(str(dict(record.attributes)) for record in records)
    assert [word in spans for word in ("my secret", "They greet", "Bern")] == [mode.startswith("SPAN")] * 3
    assert [word in events for word in ("my secret", "They greet", "Bern")] == ["EVENT" in mode] * 3
    assert len(records) == (4 if "EVENT" in mode else 0)


def test_a_completion_hook_sees_what_is_not_recorded(server, recording, monkeypatch):
    seen = []

    class Hook:
        def on_completion(self, **content):
            seen.append((content["inputs"][0].parts[0].content, content["outputs"][0].parts[0].content))

    OllamaInstrumentor().uninstrument()
    monkeypatch.setenv(CONTENT, "NO_CONTENT")
    OllamaInstrumentor().instrument(tracer_provider=recording.traces, completion_hook=Hook())
    sync(server.url, "chat", "llama3.2", HI)
    assert seen == [("my secret", "Hello.")]
    assert "my secret" not in recording.span.to_json()


@ways
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (TelemetryHandler, "inference"),
        (instrumentor, "describe"),
        (answer.Answer, "add"),
        (answer.Answer, "describe"),
    ],
)
@pytest.mark.parametrize("faults", [{"ollama"}])
def test_a_fault_of_ours_stays_ours(server, recording, ask, monkeypatch, stream, owner, name):
    def fail(*args, **kwargs):
        raise RuntimeError("our own fault")

    monkeypatch.setattr(owner, name, fail)
    got = ask(server.url, "chat", "llama3.2", HI, stream=stream)
    assert "".join(each.message.content for each in (got if stream else [got])) == "Hello."
    assert FAULTS["ollama"] >= 1
    assert len(recording.spans) == (0 if name == "inference" else 1)


def test_nothing_is_recorded_of_what_is_not_sampled(server):
    recording = Recording.make()
    recording.traces.sampler = ALWAYS_OFF
    recording.instrument()
    try:
        sync(server.url, "chat", "llama3.2", HI, stream=True)
    finally:
        OllamaInstrumentor().uninstrument()
    assert recording.spans == ()
    recording.shutdown()


def test_versions_of_the_client():
    assert OllamaInstrumentor().instrumentation_dependencies() == ("ollama >= 0.4, < 1",)
    assert OllamaInstrumentor()._check_dependency_conflicts() is None


def test_a_client_of_another_make_is_left_as_it_is(recording, caplog, monkeypatch):
    OllamaInstrumentor().uninstrument()
    original = ollama.AsyncClient._request
    monkeypatch.delattr(ollama.Client, "_request")
    recording.instrument()
    assert ollama.AsyncClient._request is original
    assert "its calls are not recorded" in caplog.text
    OllamaInstrumentor().uninstrument()
    caplog.clear()


def test_importing_the_instrumentor_does_not_import_the_client():
    code = "import sys, traceway.ollama, json; print(json.dumps('ollama' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) is False


@pytest.mark.parametrize(
    ("host", "address", "port"), [("https://ollama.com", "ollama.com", 443), ("http://[::1]", "::1", 80)]
)
def test_the_address_of_the_server(recording, host, address, port):
    """Nothing is sent: the call fails before it leaves."""

    def refuse(request):
        raise ConnectionRefusedError

    with ollama.Client(host, event_hooks={"request": [refuse]}) as client, pytest.raises(ConnectionRefusedError):
        client.chat("llama3.2", HI)
    assert (recording.attributes["server.address"], recording.attributes["server.port"]) == (address, port)
