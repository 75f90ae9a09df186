"""What a program that knows nothing of Traceway sends, with no variable set but the address."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.capture.apps import TRACEWAY_RUN, run_app
from tests.e2e.serving import clean_environment
from traceway_semconv import names

SPAN = """
    from opentelemetry import trace
    with trace.get_tracer("shop").start_as_current_span("order"):
        pass
"""


def test_a_span_arrives_with_its_program_around_it(tmp_path, sink, under):
    run_app(tmp_path, SPAN, sink.url, under=under)
    spans = {span.name: span for span in sink.spans()}
    assert set(spans) == {"order", "app.py"}
    assert spans["order"].parent_span_id == spans["app.py"].span_id


def test_the_resource_tells_program_run_and_python(tmp_path, sink, under):
    run_app(tmp_path, SPAN, sink.url, under=under, TRACEWAY_RUN_ID="run-7")
    resource, _ = next(sink.resource_spans())
    assert resource["service.name"] == "app"
    assert resource[names.RUN_ID] == "run-7"
    assert resource["process.command"] == "app.py"
    assert resource["process.runtime.version"].startswith("3.")


@pytest.mark.parametrize(
    "given", [{"OTEL_SERVICE_NAME": "mine"}, {"OTEL_RESOURCE_ATTRIBUTES": "a=b, service.name=mine"}]
)
def test_a_name_the_user_gave_stays(tmp_path, sink, under, given):
    run_app(tmp_path, SPAN, sink.url, under=under, **given)
    assert next(sink.resource_spans())[0]["service.name"] == "mine"


def test_variables_of_the_user_win(tmp_path, sink, under):
    done = run_app(tmp_path, SPAN, sink.url, under=under, OTEL_TRACES_EXPORTER="console")
    assert sink.spans() == []
    assert '"name": "order"' in done.stdout


def test_switched_off_it_does_nothing(tmp_path, sink, under):
    code = "import builtins, sys, _io; print(builtins.open is _io.open)" + SPAN.replace("\n    ", "\n")
    done = run_app(tmp_path, code, sink.url, under=under, OTEL_SDK_DISABLED="true")
    assert done.stdout == "True\n"
    assert sink.requests == []


def test_the_span_around_the_program_can_be_left_out(tmp_path, sink, under):
    run_app(tmp_path, SPAN, sink.url, under=under, TRACEWAY_RUN_SPAN="off")
    assert [span.name for span in sink.spans()] == ["order"]


PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("run_span", ["auto", "off"])
def test_a_program_belongs_to_the_trace_of_its_environment_in_every_thread(tmp_path, sink, under, run_span):
    code = """
        import threading
        def work():
            from opentelemetry import trace
            with trace.get_tracer("shop").start_as_current_span("order"):
                pass
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """
    run_app(tmp_path, code, sink.url, under=under, TRACEPARENT=PARENT, TRACEWAY_RUN_SPAN=run_span)
    spans = {span.name: span for span in sink.spans()}
    assert {span.trace_id.hex() for span in spans.values()} == {"0af7651916cd43dd8448eb211c80319c"}
    top = spans["app.py" if run_span == "auto" else "order"]
    assert top.parent_span_id.hex() == "b7ad6b7169203331"


def test_a_thread_belongs_to_the_span_that_it_was_started_in(tmp_path, sink, under):
    code = """
        import threading
        from opentelemetry import trace
        open("notes.txt", "w").close()  # spans of files have nothing to do with it
        tracer = trace.get_tracer("shop")
        with tracer.start_as_current_span("order"):
            thread = threading.Thread(target=lambda: tracer.start_span("packing").end())
            thread.start()
        thread.join()
    """
    run_app(tmp_path, code, sink.url, under=under)
    spans = {span.name: span for span in sink.spans()}
    assert spans["packing"].parent_span_id == spans["order"].span_id
    assert spans["fs.write"].parent_span_id == spans["order"].parent_span_id


def test_a_parent_that_makes_no_sense_is_none(tmp_path, sink):
    run_app(tmp_path, SPAN, sink.url, under=TRACEWAY_RUN, TRACEPARENT="00-nonsense-01")
    assert {span.name for span in sink.spans()} == {"order", "app.py"}


@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [("", "auto", "SPAN_ONLY"), ("http://192.0.2.1:4318", "auto", "NO_CONTENT"), ("", "off", "NO_CONTENT")],
)
def test_content_is_for_this_machine(tmp_path, under, address, said, expected):
    code = """
        import os
        import openai
        print(os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"])
    """
    exporters = {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "LOGS", "METRICS")}
    done = run_app(tmp_path, code, address, under=under, TRACEWAY_CAPTURE_CONTENT=said, **exporters)
    assert done.stdout == f"{expected}\n"


def test_a_log_record_and_a_metric_arrive(tmp_path, sink, under):
    code = """
        from opentelemetry import _logs, metrics
        _logs.get_logger("shop").emit(event_name="sold", body="one")
        metrics.get_meter("shop").create_counter("sales").add(3)
    """
    run_app(tmp_path, code, sink.url, under=under)
    assert [record.event_name for record in sink.logs()] == ["sold"]
    sums = [
        point.as_int
        for request in sink.requests
        for resource in getattr(request, "resource_metrics", ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.sum.data_points
        if metric.name == "sales"
    ]
    assert sums == [3]


def test_programs_that_look_for_the_sdk_find_it(tmp_path, sink, under):
    """As libraries do that add a processor of their own to a provider that is there."""
    code = """
        from opentelemetry import trace
        early = trace.get_tracer("early")
        kept = trace.get_tracer_provider()
        from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
        class Printing(SpanProcessor):
            def on_end(self, span):
                print(span.name)
        print(isinstance(kept, TracerProvider), kept == trace.get_tracer_provider())
        kept.add_span_processor(Printing())
        early.start_span("first").end()
        trace.get_tracer("late").start_span("second").end()
        print(type(trace.get_tracer_provider()).__module__, kept.resource.attributes["service.name"])
    """
    done = run_app(tmp_path, code, sink.url, under=under)
    assert done.stdout.splitlines()[:4] == ["True True", "first", "second", "opentelemetry.sdk.trace app"]
    assert done.stderr == ""
    assert {span.name for span in sink.spans()} == {"first", "second", "app.py"}


def test_a_collector_that_is_away_gets_it_from_the_next_program(tmp_path, sink, under):
    sink.status = 503
    run_app(tmp_path, SPAN, sink.url, under=under)
    assert sink.spans() == []
    sink.status = 200
    run_app(tmp_path, SPAN.replace("order", "second"), sink.url, under=under)
    sink.wait(lambda sink: {"order", "second"} <= {span.name for span in sink.spans()})


def test_an_app_that_uses_nothing_loads_nothing(tmp_path, sink):
    code = """
        import sys
        print(sorted(name for name in sys.modules if name.partition(".")[0] in
                     ("opentelemetry", "wrapt", "typing", "dataclasses", "logging", "threading", "importlib_metadata")))
    """
    done = run_app(tmp_path, code, sink.url, under=TRACEWAY_RUN)
    assert done.stdout == "[]\n"
    assert sink.requests == []


def test_an_app_that_writes_a_file_loads_what_that_takes(tmp_path, sink):
    code = """
        import atexit, sys
        rare = ("opentelemetry.instrumentation", "opentelemetry.sdk.metrics", "packaging", "wrapt", "asyncio",
                "traceway_semconv.messages")
        @atexit.register
        def tell():
            print([name for name in rare if name in sys.modules])
        with open("notes.txt", "w") as file:
            file.write("milk")
    """
    done = run_app(tmp_path, code, sink.url, under=TRACEWAY_RUN)
    assert done.stdout == "[]\n"
    assert {span.name for span in sink.spans()} == {"app.py", "fs.write"}
    assert {type(request).__name__ for request in sink.requests} == {
        "ExportTraceServiceRequest",
        "ExportLogsServiceRequest",
    }


def test_files_are_recorded_beside_a_psutil_that_reads_proc_while_the_sdk_is_imported(tmp_path, sink, under):
    reads = "for _ in range(9):\n    with open('/proc/self/stat') as stat:\n        stat.read()\n"
    (tmp_path / "psutil.py").write_text(reads)
    code = SPAN + "    open('note.txt', 'w').write('hello')\n"
    done = run_app(tmp_path, code, sink.url, under=under, PYTHONPATH=str(tmp_path))
    assert done.stderr == ""
    assert "fs.write" in {span.name for span in sink.spans()}


def test_metrics_may_come_after_the_sdk(tmp_path, sink, under):
    code = """
        from opentelemetry import metrics, trace
        from opentelemetry.sdk.metrics import MeterProvider
        trace.get_tracer("shop").start_span("order").end()
        kept = metrics.get_meter_provider()
        counter = metrics.get_meter("shop").create_counter("sales")
        counter.add(3)
        print(isinstance(kept, MeterProvider), kept == metrics.get_meter_provider())
        print(type(metrics.get_meter_provider()).__module__)
    """
    done = run_app(tmp_path, code, sink.url, under=under)
    assert done.stdout.splitlines() == ["True True", "opentelemetry.sdk.metrics._internal"]
    resource_of_spans = {
        str(each.resource) for request in sink.requests for each in getattr(request, "resource_spans", ())
    }
    metrics = [each for request in sink.requests for each in getattr(request, "resource_metrics", ())]
    assert {metric.name for each in metrics for scope in each.scope_metrics for metric in scope.metrics} == {"sales"}
    assert {str(each.resource) for each in metrics} == resource_of_spans


def test_who_says_something_to_the_sdk_gets_the_same_as_who_says_nothing(tmp_path, sink, under):
    """What is said, OpenTelemetry's own configurator has to know; it is the default."""
    code = f"""{SPAN}
    from opentelemetry import _logs, metrics
    _logs.get_logger("shop").emit(body="sold")
    metrics.get_meter("shop").create_counter("sales").add(3)
    import sys
    print("opentelemetry.sdk._configuration" in sys.modules)
    """
    ways = []
    same = {"TRACEWAY_RUN_ID": "one", "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=1"}
    for said in ({}, {"OTEL_PYTHON_ID_GENERATOR": "random"}):
        sink.requests.clear()
        done = run_app(tmp_path, code, sink.url, under=under, **same, **said)
        assert done.stdout == f"{bool(said)}\n"
        kinds = sorted(type(request).__name__ for request in sink.requests)
        ways.append((kinds, sorted(span.name for span in sink.spans()), [each for each, _ in sink.resource_spans()]))
    assert ways[0] == ways[1]
    assert len(ways[0][0]) == 3


def test_python_children_are_part_of_the_run(tmp_path, sink, under):
    code = """
        import subprocess, sys
        from opentelemetry import trace
        if len(sys.argv) == 1:
            subprocess.run([sys.executable, __file__, "child"], check=True)
        trace.get_tracer("shop").start_span("order").end()
    """
    run_app(tmp_path, code, sink.url, under=under)
    runs = {resource[names.RUN_ID] for resource, _ in sink.resource_spans()}
    assert len(runs) == 1
    assert [span.name for span in sink.spans()].count("order") == 2


def test_what_the_program_prints_and_says_is_its_own(tmp_path):
    """Nothing answers, and nothing is said about it on stdout; the exit code is the program's."""
    code = """
        import json, sys
        from opentelemetry import trace
        trace.get_tracer("shop").start_span("order").end()
        print(json.dumps(sys.argv))
        sys.exit(7)
    """
    done = run_app(tmp_path, code, "http://127.0.0.1:9", "--a", "b c", status=7, under=TRACEWAY_RUN)
    assert json.loads(done.stdout) == ["app.py", "--a", "b c"]


def test_with_no_variable_at_all_it_looks_for_a_collector_here(tmp_path):
    (tmp_path / "app.py").write_text("import traceway.endpoint as e; print(e.url_of('traces'))")
    done = subprocess.run(
        [*TRACEWAY_RUN, "app.py"], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "http://localhost:4318/v1/traces\n"


def test_an_sdk_that_cannot_be_built_is_told_once_and_does_not_stop_the_program(tmp_path, sink, under):
    code = """
        from opentelemetry import trace
        for number in range(5):
            with trace.get_tracer("shop").start_as_current_span("order") as span:
                print(type(span).__name__)
    """
    done = run_app(tmp_path, code, sink.url, under=under, OTEL_TRACES_EXPORTER="no_such_exporter")
    assert done.stdout == "NonRecordingSpan\n" * 5
    assert done.stderr.count("start of the SDK") == 1
    assert "no_such_exporter" in done.stderr


@pytest.mark.parametrize("exporter", ["", "console"])
def test_a_value_that_cannot_be_used_is_told_once(tmp_path, sink, exporter):
    wrong = {"TRACEWAY_CAPTURE_CONTENT": "none", "TRACEWAY_FS": "perhaps", "OTEL_TRACES_EXPORTER": exporter}
    done = run_app(tmp_path, SPAN, sink.url, under=TRACEWAY_RUN, **wrong)
    for said in ("TRACEWAY_CAPTURE_CONTENT is 'none'; expected one of auto, on, off", "TRACEWAY_FS is 'perhaps'"):
        assert done.stderr.count(said) == 1


def test_a_meter_made_while_another_thread_builds_the_sdk_does_not_stop_it(tmp_path, sink, under):
    code = """
        import faulthandler
        faulthandler.dump_traceback_later(30, exit=True)
        from opentelemetry import metrics, trace
        # What get_meter() does while the providers are being made.
        early = metrics._internal._PROXY_METER_PROVIDER.get_meter("early").create_counter("sold")
        trace.get_tracer("shop").start_span("order").end()
        metrics.get_meter("late")
        early.add(1)
    """
    run_app(tmp_path, code, sink.url, under=under)
    assert {span.name for span in sink.spans()} == {"order", "app.py"}
    assert b"sold" in b"".join(sink.bodies)
