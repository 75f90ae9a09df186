"""Nothing leaves a provider unredacted: whatever carries it, whatever the application's function does."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import ConcurrentMultiSpanProcessor, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.capture.apps import run_app
from tests.capture.privacy import secret_samples
from tests.capture.sink import Sink, attributes
from traceway import privacy
from traceway.contain import FAULTS
from traceway.privacy import redactor
from traceway.privacy.content_keys import CONTENT_KEYS, is_content
from traceway.privacy.processors import HAS_ENDING_HOOK
from traceway.settings import Settings
from traceway_semconv import names

KEY = "sk-" + "a1" * 20
GONE = "[redacted:api-key]"


class Pipeline:
    """A provider of each signal, installed as the settings say after their exporters were added."""

    def __init__(self, hook: str = "", secrets: bool = True, **options) -> None:
        self.spans, self.logs = InMemorySpanExporter(), InMemoryLogRecordExporter()
        self.tracers = TracerProvider(shutdown_on_exit=False, **options)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.loggers = LoggerProvider(shutdown_on_exit=False)
        self.loggers.add_log_record_processor(SimpleLogRecordProcessor(self.logs))
        for _ in range(2):
            privacy.install(self.tracers, self.loggers, Settings(redact=hook, redact_secrets=secrets))

    def span(self, given, **more):
        """What is exported of a span with these attributes."""
        span = self.tracers.get_tracer("test").start_span(more.pop("name", "span"), attributes=given)
        for name, values in more.pop("events", {}).items():
            span.add_event(name, values)
        if "error" in more:
            span.record_exception(more["error"])
            span.set_status(trace.Status(trace.StatusCode.ERROR, str(more["error"])))
        span.end()
        return self.spans.get_finished_spans()[-1]

    def log(self, **record):
        self.loggers.get_logger("test").emit(LogRecord(**record))
        return self.logs.get_finished_logs()[-1].log_record


def shout(text: str) -> str:
    return text.upper()


def breaks(text: str) -> str:
    raise RuntimeError(text)


def gives_no_text(text: str) -> str:
    return None  # type: ignore[return-value]


def records_itself(text: str) -> str:
    RECORDING[-1].span({names.OI_INPUT_VALUE: text}, name="inner")
    return "redacted"


RECORDING: list[Pipeline] = []


@pytest.fixture(autouse=True)
def fresh_complaints():
    redactor._complained.clear()


def test_a_secret_is_taken_out_of_everything_a_span_has():
    pipeline = Pipeline()
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": f"my\n{KEY}\n"}]}])
    span = pipeline.span(
        {
            names.INPUT_MESSAGES: messages,
            "app.list": [KEY, "b"],
            "app.map": {"inner": {"password": "hunter2", "deep": [KEY]}},
            "app.bytes": b"\xff" + KEY.encode(),
            "http.request.header.authorization": ("Basic abc",),
            "app.number": 7,
        },
        name=f"call {KEY}",
        events={"said": {"what": KEY}},
        error=ValueError(f"no access for {KEY}"),
    )
    assert KEY not in f"{span.name} {span.attributes} {[event.attributes for event in span.events]}"
    assert json.loads(span.attributes[names.INPUT_MESSAGES])[0]["parts"][0]["content"] == f"my\n{GONE}\n"
    assert span.attributes["app.list"] == (GONE, "b")
    assert span.attributes["app.map"] == {"inner": {"password": "[redacted:secret]", "deep": (GONE,)}}
    assert span.attributes["app.bytes"] == b"\xff" + GONE.encode()
    assert span.attributes["http.request.header.authorization"] == ("[redacted:secret]",)
    assert (span.attributes["app.number"], span.name) == (7, f"call {GONE}")
    assert span.status.description == f"no access for {GONE}"
    assert span.events[1].attributes[names.EXCEPTION_MESSAGE] == f"no access for {GONE}"
    assert KEY not in span.events[1].attributes["exception.stacktrace"]


def test_a_log_record_is_redacted_and_the_content_of_a_file_is_left():
    pipeline = Pipeline()
    record = pipeline.log(body={"content": KEY}, attributes={"gen_ai.prompt": KEY, "n": 1}, event_name="gen_ai.choice")
    assert (record.body, dict(record.attributes)) == ({"content": GONE}, {"gen_ai.prompt": GONE, "n": 1})
    kept = pipeline.log(body=KEY.encode(), event_name=names.EVENT_FS_CONTENT)
    assert kept.body == KEY.encode()


def test_processors_that_were_there_before_and_that_run_at_once_see_nothing_else():
    seen = []

    class Early(SpanProcessor):
        def on_end(self, span):
            seen.append(span.attributes["a"])

    together = ConcurrentMultiSpanProcessor()
    provider = TracerProvider(active_span_processor=together, shutdown_on_exit=False)
    provider.add_span_processor(Early())
    privacy.install(provider)
    provider.get_tracer("test").start_span("s", attributes={"a": KEY}).end()
    assert seen == [GONE]
    together._executor.shutdown()


def test_the_sdk_still_says_when_a_span_is_ending():
    """If this fails, redaction still works, in the first processor's ``on_end``: see ``RedactingSpanProcessor``."""
    assert HAS_ENDING_HOOK


def test_without_the_hook_of_the_sdk_the_first_processor_redacts(monkeypatch):
    monkeypatch.setattr("traceway.privacy.processors.HAS_ENDING_HOOK", False)
    monkeypatch.setattr("traceway.privacy.processors.RedactingSpanProcessor._on_ending", lambda self, span: None)
    span = Pipeline().span({"a": KEY}, error=ValueError(KEY))
    assert KEY not in span.to_json()


def test_the_function_sees_the_texts_of_content_and_nothing_of_its_structure():
    pipeline = Pipeline(f"{__name__}:shout")
    messages = [{"role": "user", "parts": [{"type": "text", "content": "hi"}, {"type": "jane doe"}]}]
    span = pipeline.span(
        {
            names.INPUT_MESSAGES: json.dumps(messages),
            names.REQUEST_MODEL: "gpt",
            "app.question": "why",
            "server.address": "h",
        },
        error=ValueError("oh no"),
    )
    assert json.loads(span.attributes[names.INPUT_MESSAGES]) == [
        {"role": "user", "parts": [{"type": "text", "content": "HI"}, {"type": "JANE DOE"}]}
    ]
    assert (span.attributes[names.REQUEST_MODEL], span.attributes["server.address"]) == ("gpt", "h")
    assert (span.attributes["app.question"], span.status.description) == ("WHY", "OH NO")
    assert pipeline.log(body="quiet", attributes={"a": {"b": "x"}}).body == "QUIET"


@pytest.mark.parametrize("hook", ["breaks", "gives_no_text", "missing"])
def test_content_is_withheld_if_the_function_fails(hook, caplog):
    pipeline = Pipeline(f"{__name__}:{hook}")
    span = pipeline.span({names.OI_INPUT_VALUE: "private", names.REQUEST_MODEL: "gpt"}, error=ValueError("private"))
    assert "private" not in span.to_json()
    assert span.attributes[names.OI_INPUT_VALUE] == redactor.WITHHELD
    assert span.attributes[names.REQUEST_MODEL] == "gpt"
    assert len(caplog.messages) == 1
    assert "private" not in caplog.text


def test_a_function_of_a_module_that_is_not_there_withholds_too():
    assert Pipeline("no_such_module:f").span({names.OI_INPUT_VALUE: "private"}).attributes[names.OI_INPUT_VALUE] == (
        redactor.WITHHELD
    )


def test_what_the_function_records_itself_is_withheld_and_ends():
    RECORDING.append(Pipeline(f"{__name__}:records_itself"))
    RECORDING[-1].span({names.OI_INPUT_VALUE: "private"})
    inner, outer = RECORDING.pop().spans.get_finished_spans()
    assert inner.attributes[names.OI_INPUT_VALUE] == redactor.WITHHELD
    assert outer.attributes[names.OI_INPUT_VALUE] == "redacted"


def test_a_fault_of_ours_costs_the_attributes_and_not_the_secret(monkeypatch):
    def fault(*_):
        raise RuntimeError("ours")

    before = FAULTS["redaction"]
    monkeypatch.setattr(redactor.Redactor, "value", fault)
    pipeline = Pipeline()
    span = pipeline.span({"a": KEY}, error=ValueError(KEY))
    record = pipeline.log(body=KEY)
    assert KEY not in span.to_json()
    assert (record.body, FAULTS["redaction"] - before) == (None, 2)


def test_what_is_switched_off_is_off():
    assert Pipeline(secrets=False).span({"a": KEY}).attributes["a"] == KEY


def test_content_is_what_people_and_models_wrote():
    content = {names.INPUT_MESSAGES, names.PROMPT, names.OI_INPUT_VALUE, names.TOOL_CALL_ARGUMENTS, names.LF_OUTPUT}
    assert content <= CONTENT_KEYS
    assert all(map(is_content, [*content, "gen_ai.prompt.0.content", "llm.input_messages.3.message.content", "app.x"]))
    assert not any(map(is_content, [names.REQUEST_MODEL, names.INPUT_TOKENS, names.SESSION_ID, "server.port"]))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(values, secret_samples.ANY)
def test_any_value_with_a_secret_in_it_leaves_without(value, sample):
    text, secret = sample
    faults = FAULTS["redaction"]
    span = Pipeline().span(
        {"any": [value], "mixed": {"a": [value, {"b": text}]}, "text": json.dumps([str(value), text])}
    )
    assert secret not in json.dumps(span.attributes["mixed"]["a"][1])
    assert text not in span.attributes["text"]
    assert FAULTS["redaction"] == faults


def test_under_several_threads():
    pipeline = Pipeline()
    threads = [threading.Thread(target=lambda: [pipeline.span({"a": KEY}) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {span.attributes["a"] for span in pipeline.spans.get_finished_spans()} == {GONE}


def test_a_function_in_the_programs_own_folder(tmp_path):
    (tmp_path / "own.py").write_text("def redact(text):\n    return text.replace('Jane', 'J.')\n")
    with Sink() as sink:
        run_app(
            tmp_path,
            f"""
            from traceway import Traceway
            Traceway().span("ask", kind="llm_call", model="m", input="I am Jane, {KEY}").complete("Hello Jane")
            """,
            sink.url,
            TRACEWAY_REDACT="own:redact",
        )
        sink.wait(lambda sink: any(span.name == "ask" for span in sink.spans()))
        found = next(attributes(span) for span in sink.spans() if span.name == "ask")
        assert f"I am J., {GONE}" in found[names.INPUT_MESSAGES]
        assert "Hello J." in found[names.OUTPUT_MESSAGES]
