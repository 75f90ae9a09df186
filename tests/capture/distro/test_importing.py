"""Waiting for modules, and for the first use of functions."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import sys
import threading
import types
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from traceway.contain import FAULTS
from traceway.distro.first_use import FirstUse
from traceway.distro.importing import when_imported

NAME = "imported_by_these_tests"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that can be imported, and is forgotten."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / f"{NAME}.py").write_text("value = 'theirs'\n")
    yield tmp_path / f"{NAME}.py"
    sys.modules.pop(NAME, None)
    when_imported(f"{NAME}_never", print)  # nothing is left waiting but this


def test_called_once_before_the_import_goes_on(module):
    calls = []

    def patch(imported):
        calls.append(imported.value)
        imported.value = "ours"

    when_imported(NAME, patch)
    assert calls == []
    module.with_name(f"{NAME}_user.py").write_text(f"from {NAME} import value")
    assert importlib.import_module(f"{NAME}_user").value == "ours"
    del sys.modules[f"{NAME}_user"]
    importlib.reload(sys.modules[NAME])
    assert calls == ["theirs"]


def test_called_at_once_if_it_is_imported_already():
    calls = []
    when_imported("os", calls.append)
    assert calls == [os]


def test_looking_for_a_module_is_not_importing_it(module):
    calls = []
    when_imported(NAME, calls.append)
    assert importlib.util.find_spec(NAME).origin == str(module)
    assert calls == []
    importlib.import_module(NAME)
    assert len(calls) == 1


def test_the_module_and_its_loader_are_as_ever(module):
    when_imported(NAME, lambda _: None)
    imported = importlib.import_module(NAME)
    assert type(imported.__loader__) is type(importlib.import_module("json").__loader__)
    assert "exec_module" not in vars(imported.__spec__.loader)
    assert imported.__loader__.get_source(NAME) == module.read_text()


def test_a_module_that_fails_may_be_imported_again(module):
    calls = []
    when_imported(NAME, calls.append)
    module.write_text("raise RuntimeError('theirs')")
    with pytest.raises(RuntimeError, match="theirs"):
        importlib.import_module(NAME)
    assert calls == []
    module.write_text("value = 'whole, now'")
    importlib.invalidate_caches()
    importlib.import_module(NAME)
    assert len(calls) == 1


def test_a_fault_of_ours_is_not_one_of_the_import(module, caplog):
    before = FAULTS[f"import of {NAME}"]
    when_imported(NAME, lambda _: 1 / 0)
    assert importlib.import_module(NAME).value == "theirs"
    assert FAULTS[f"import of {NAME}"] == before + 1


class Loader:
    """Of a compiled importer: it takes no attributes."""

    __slots__ = ()

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.value = "theirs"


class OldLoader:
    def load_module(self, name):
        sys.modules[name] = module = types.ModuleType(name)
        module.value = "theirs"
        return module


@pytest.mark.filterwarnings("ignore::ImportWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("loader", [Loader(), OldLoader()])
def test_a_loader_that_cannot_tell_loads_as_ever(monkeypatch, loader):
    finder = types.SimpleNamespace(
        find_spec=lambda name, path, target: (
            importlib.machinery.ModuleSpec(name, loader) if name == f"{NAME}_theirs" else None
        )
    )
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    when_imported(f"{NAME}_theirs", lambda _: None)
    assert importlib.import_module(f"{NAME}_theirs").value == "theirs"
    del sys.modules[f"{NAME}_theirs"]


def test_with_wrapt_waiting_for_the_same_module(module):
    from wrapt import register_post_import_hook

    calls = []
    register_post_import_hook(lambda _: calls.append("wrapt"), NAME)
    when_imported(NAME, lambda _: calls.append("ours"))
    importlib.import_module(NAME)
    assert sorted(calls) == ["ours", "wrapt"]


def test_modules_of_a_zip_file_share_a_loader(tmp_path, monkeypatch):
    archive = tmp_path / "modules.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr(f"{NAME}_a/__init__.py", f"import {NAME}_b\n")
        written.writestr(f"{NAME}_a/data.txt", "text")
        written.writestr(f"{NAME}_b.py", "")
    monkeypatch.syspath_prepend(str(archive))
    calls = []
    for letter in "ab":
        when_imported(f"{NAME}_{letter}", lambda module: calls.append(module.__name__[-1]))
    importlib.import_module(f"{NAME}_a")
    assert calls == ["b", "a"]
    assert files(f"{NAME}_a").joinpath("data.txt").read_text() == "text"
    for letter in "ab":
        del sys.modules[f"{NAME}_{letter}"]


class Place(types.ModuleType):
    """A module with one function, like those that are stood in for."""

    def __init__(self) -> None:
        super().__init__("place")
        self.real = self.function = lambda file: os.path.getsize(file)


@pytest.fixture
def place(monkeypatch):
    place = Place()
    monkeypatch.setitem(sys.modules, "place", place)
    return place


def test_the_first_call_loads_and_goes_to_what_was_loaded(place):
    def load():
        assert place.function is place.real
        place.function = lambda *_: "observed"
        return True

    FirstUse([(place, "function"), (place, "missing")], load)
    kept = place.function
    assert kept == place.real
    assert kept("/anything") == "observed"
    assert kept("/anything") == "observed"


@pytest.mark.parametrize("fail", [lambda: False, lambda: importlib.import_module(f"{NAME}_missing")])
def test_a_load_that_fails_is_tried_again_and_then_left(place, fail):
    loads = []
    FirstUse([(place, "function")], lambda: loads.append(1) or fail())
    here = str(Path(__file__))
    for _ in range(5):
        assert place.function(here) == os.path.getsize(here)
    assert len(loads) == 3
    assert place.function is place.real


@pytest.mark.parametrize("file", [0, os.path.join(sys.prefix, "pyvenv.cfg"), Path(sys.base_prefix) / "lib"])
def test_pipes_and_files_of_the_installation_are_no_use(place, file):
    FirstUse([(place, "function")], lambda: pytest.fail("loaded"))
    place.function(file)


def test_a_thread_does_not_wait_for_another_that_loads(place):
    begun, go_on = threading.Event(), threading.Event()

    def load():
        begun.set()
        return go_on.wait(30)

    FirstUse([(place, "function")], load)
    kept, here = place.function, str(Path(__file__))
    thread = threading.Thread(target=kept, args=(here,))
    thread.start()
    begun.wait(30)
    assert kept(here) == os.path.getsize(here)
    go_on.set()
    thread.join()
