"""Instrumentors: which, when, and what a broken one does. They are made up, and installed for one test each."""

from __future__ import annotations

import textwrap
from importlib.metadata import EntryPoints
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.capture.apps import TRACEWAY_RUN, run_app
from tests.models.openai_server import OpenAIServer
from traceway.distro.instrumentors import GROUP, installed, parsed

SPEAKING = """
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

class Instrumentor(BaseInstrumentor):
    def instrumentation_dependencies(self):
        return {dependencies}
    def _instrument(self, **kwargs):
        {act}
    def _uninstrument(self, **kwargs):
        pass
"""


def install(folder: Path, name: str, act: str = "", module: str = "", dependencies: str = "()") -> None:
    """A distribution with one instrumentor, called ``name``, which prints so when it is loaded."""
    module = module or f"observes_{name}"
    act = act or f"print('{module} observes')"
    (folder / f"{module}.py").write_text(SPEAKING.format(act=act, dependencies=dependencies))
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {module}:Instrumentor\n")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def says(tmp_path: Path, code: str, under: tuple[str, ...], **environ: str) -> list[str]:
    exporters = {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "LOGS", "METRICS")}
    code = textwrap.dedent(code)
    done = run_app(tmp_path, code, under=under, PYTHONPATH=str(tmp_path / "site"), **exporters, **environ)
    return done.stdout.splitlines()


def test_one_waits_for_its_library(tmp_path, site, under):
    (site / "requests.py").write_text("print('requests is imported')")
    install(site, "requests")
    code = "print('app')\nimport requests\nprint('goes on')"
    assert says(tmp_path, code, under) == ["app", "requests is imported", "observes_requests observes", "goes on"]
    assert says(tmp_path, "print('app')", under) == ["app"]


def test_one_of_an_unknown_library_is_loaded_as_usual(tmp_path, site, under):
    install(site, "unheard_of")
    assert says(tmp_path, "print('app')", under) == ["observes_unheard_of observes", "app"]


def test_disabled_ones_are_left_alone(tmp_path, site, under):
    install(site, "unheard_of")
    install(site, "other")
    off = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "a, unheard_of"}
    assert says(tmp_path, "print('app')", under, **off) == ["observes_other observes", "app"]
    off = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "*"}
    assert says(tmp_path, "import builtins, _io; print(builtins.open is _io.open)", under, **off) == ["True"]


@pytest.mark.parametrize("act", ["raise RuntimeError('broken')", "import no_such_module"])
def test_a_broken_one_stops_neither_the_others_nor_the_program(tmp_path, site, under, act):
    install(site, "a_broken", act)
    install(site, "b_sound")
    assert says(tmp_path, "print('app')", under) == ["observes_b_sound observes", "app"]


def test_one_for_another_version_is_not_loaded(tmp_path, site, under):
    install(site, "unheard_of", dependencies="('openai < 1',)")
    assert says(tmp_path, "print('app')", under) == ["app"]


def test_of_several_for_openai_ours_alone_is_loaded(tmp_path, site, under):
    install(site, "openai", module="a_vendors")
    code = """
        import openai
        from traceway.openai import OpenAIInstrumentor
        print(OpenAIInstrumentor().is_instrumented_by_opentelemetry)
    """
    assert says(tmp_path, code, under) == ["True"]


def test_a_library_of_the_wrong_version_is_told(tmp_path, site):
    """And works as ever."""
    (site / "ollama.py").write_text("print('ollama is imported')")
    metadata = site / "ollama-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: ollama\nVersion: 0.1.0\n")
    done = run_app(tmp_path, "import ollama", under=TRACEWAY_RUN, PYTHONPATH=str(site))
    assert done.stdout == "ollama is imported\n"
    assert "ollama is not recorded" in done.stderr
    assert "0.1.0" in done.stderr


_word = st.text("abcdefghijklmnopqrstuvwxyz_-.0123456789", min_size=1, max_size=12)
_line = st.one_of(
    st.builds("{} = {}:{}".format, _word, _word.map(lambda word: "m" + word.replace("-", "").strip(".")), _word),
    st.just(""),
    _word.map("# {}".format),
    st.sampled_from([f"[{GROUP}]", "[console_scripts]", "[opentelemetry_distro]"]),
)


@given(st.lists(_line, max_size=20))
def test_entry_points_are_read_as_the_standard_library_reads_them(lines):
    text = "\n".join(["[console_scripts]", *lines])
    expected = [(each.name, each.value) for each in EntryPoints._from_text(text) if each.group == GROUP]
    assert list(parsed(text)) == expected


@given(st.text())
def test_anything_can_be_read(text):
    assert all(len(each) == 2 for each in parsed(f"[{GROUP}]\n{text}"))


def test_folders_that_are_none_hold_none(tmp_path):
    (tmp_path / "a.dist-info").mkdir()
    (tmp_path / "b.dist-info").write_text("a file")
    (tmp_path / "c.dist-info").mkdir()
    (tmp_path / "c.dist-info" / "entry_points.txt").write_bytes(f"[{GROUP}]\nx = \xff:Y".encode("latin-1"))
    assert [name for name, _ in installed([str(tmp_path), str(tmp_path / "none"), str(tmp_path / "b.dist-info")])] == [
        "x"
    ]


@pytest.mark.parametrize(("exporter", "measured"), [("", False), ("none", False), ("traceway", True)])
def test_metrics_of_our_instrumentors_are_for_those_who_ask(tmp_path, sink, under, exporter, measured):
    """They say what the spans say; what the program itself measures is sent in any case."""
    code = """
        from openai import OpenAI
        client = OpenAI(api_key="none")
        asked = [{"role": "user", "content": "Hello"}]
        client.chat.completions.create(model="gpt-4o-mini", messages=asked)
    """
    environ = {"OTEL_METRICS_EXPORTER": exporter} if exporter else {}
    with OpenAIServer() as server:
        run_app(tmp_path, code, sink.url, under=under, OPENAI_BASE_URL=server.base_url, **environ)
    assert "chat gpt-4o-mini" in {span.name for span in sink.spans()}
    sent = [request for request in sink.requests if isinstance(request, ExportMetricsServiceRequest)]
    assert bool(sent) is measured
