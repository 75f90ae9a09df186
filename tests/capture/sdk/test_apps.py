"""Programs that use the SDK, in processes of their own, and what arrives at a collector."""

from __future__ import annotations

import socket

from tests.capture.apps import INSTRUMENT, PLAIN, run_app
from tests.capture.sink import Sink, attributes
from tests.e2e.serving import Served
from traceway_semconv import names

SCOPE = "traceway.sdk"


def test_a_program_needs_nothing_but_the_sdk(tmp_path):
    with Sink() as sink:
        run_app(
            tmp_path,
            f"""
            from traceway import Traceway
            tw = Traceway(url="{sink.url}", api_key="tw_sk_test_1", service_name="agent")
            with tw.trace("task"):
                tw.span("step").complete()
            """,
            under=PLAIN,
        )
        sink.wait(lambda sink: len(sink.spans()) == 2)
        assert {resource[names.SERVICE_NAME] for resource, _ in sink.resource_spans()} == {"agent"}
        assert sink.headers[0]["authorization"] == "Bearer tw_sk_test_1"
        assert sorted(span.name for span in sink.spans()) == ["step", "task"]


def test_what_is_open_when_the_program_ends_is_delivered(tmp_path):
    with Sink() as sink:
        run_app(
            tmp_path,
            """
            import sys
            from traceway import Traceway
            tw = Traceway()
            trace = tw.trace("trace")
            trace.span("open")
            tw.trace("only a decorator")(print)
            tw.span("entered").__enter__()
            sys.exit(3)
            """,
            under=PLAIN,
            status=3,
            TRACEWAY_URL=sink.url,
        )
        sink.wait(lambda sink: len(sink.spans()) == 3)
        found = {span.name: attributes(span) for span in sink.spans()}
        assert set(found) == {"trace", "open", "entered"}
        assert all(each[names.SPAN_UNFINISHED] is True for each in found.values())


def test_a_provider_that_is_there_is_used(tmp_path):
    with Sink() as theirs, Sink() as unused:
        run_app(
            tmp_path,
            f"""
            from opentelemetry import trace
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from traceway import Traceway, tool
            tw = Traceway(url="{unused.url}")
            provider = TracerProvider(resource=Resource({{"service.name": "theirs"}}))
            provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter("{theirs.url}/v1/traces")))
            trace.set_tracer_provider(provider)
            with trace.get_tracer("app").start_as_current_span("outer"), tw.trace("task", user="u"):
                with trace.get_tracer("app").start_as_current_span("theirs inside"):
                    tool(len)("four")
            tw.span("left open", input="my key is sk-{"a1" * 20}")
            """,
            under=PLAIN,
        )
        theirs.wait(lambda sink: len(sink.spans()) == 5)
        spans = {span.name: span for span in theirs.spans()}
        assert spans["task"].parent_span_id == spans["outer"].span_id
        assert spans["len"].parent_span_id == spans["theirs inside"].span_id
        assert attributes(spans["theirs inside"])[names.USER_ID] == "u"
        assert names.USER_ID not in attributes(spans["outer"])
        assert attributes(spans["left open"])[names.OI_INPUT_VALUE] == "my key is [redacted:api-key]"
        assert unused.requests == []


def test_a_collector_that_is_down_costs_the_program_nothing(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        run_app(
            tmp_path,
            """
            import os
            from traceway import Traceway, TracewayError
            tw = Traceway()
            for n in range(5000):
                with tw.trace(f"task {n}"):
                    pass
            try:
                tw.get_traces()
            except TracewayError as error:
                assert "cannot be reached" in str(error) and error.status is None
            print("done")
            """,
            under=PLAIN,
            TRACEWAY_URL=f"http://127.0.0.1:{taken.getsockname()[1]}",
            OTEL_EXPORTER_OTLP_TIMEOUT="1",
        )


def test_an_address_that_is_none_costs_the_program_nothing(tmp_path):
    done = run_app(
        tmp_path,
        """
        from traceway import Traceway, TracewayError, trace
        trace(print)("works")
        try:
            Traceway().get_traces()
        except TracewayError as error:
            print(error)
        """,
        under=PLAIN,
        TRACEWAY_URL="nonsense",
    )
    assert done.stdout.splitlines() == ["works", "url is 'nonsense'; expected an address such as http://localhost:3000"]


def test_a_forked_child_leaves_its_parents_spans_alone(tmp_path):
    with Sink() as sink:
        run_app(
            tmp_path,
            """
            import os
            from traceway import Traceway
            tw = Traceway()
            with tw.trace("parent"):
                child = os.fork()
                if child == 0:
                    tw.span("child").complete()
                    tw.flush()
                    raise SystemExit
                os.waitpid(child, 0)
            """,
            under=PLAIN,
            TRACEWAY_URL=sink.url,
        )
        sink.wait(lambda sink: {span.name for span in sink.spans()} >= {"parent", "child"})


def test_the_whole_way_to_rest_under_opentelemetry_instrument(tmp_path):
    with Served(tmp_path) as served:
        run_app(
            tmp_path,
            """
            from traceway import tool, trace

            @tool
            def weather(city):
                return {"celsius": 21}

            @trace(session="s-7", user="u-7", tags=["beta"])
            def answer(question):
                return f"{weather('Bern')['celsius']} degrees"

            answer("How warm is it in Bern?")
            """,
            under=INSTRUMENT,
            OTEL_EXPORTER_OTLP_ENDPOINT=served.urls["otlp_http"],
            OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf",
        )
        spans = {span["name"]: span for span in served.get("/api/spans")["spans"]}
        answer, weather = spans["answer"], spans["weather"]
        assert (answer["input"], answer["output"]) == ({"question": "How warm is it in Bern?"}, "21 degrees")
        assert weather["kind"]["arguments"] == {"city": "Bern"}
        assert weather["kind"]["result"] == {"celsius": 21}
        assert weather["parent_id"] == answer["id"]
        assert {(span["session_id"], span["user_id"]) for span in (answer, weather)} == {("s-7", "u-7")}
        assert answer["tags"] == ["beta"]
