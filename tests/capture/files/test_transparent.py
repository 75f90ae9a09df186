"""The program cannot tell: results, exceptions, types and signatures are what they are without us."""

# ruff: noqa: SIM115 -- files left open, opened wrongly or closed elsewhere are what is tested here
from __future__ import annotations

import builtins
import copy
import dbm.dumb
import hashlib
import importlib
import inspect
import io
import os
import pickle
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from traceway_semconv import names

from .observing import Observed, observing, of


class _Real:  # not in the module, where the stand-in would take its place
    open = staticmethod(builtins.open)


_steps = st.one_of(
    st.tuples(st.just("read"), st.integers(-1, 20)),
    st.tuples(st.just("write"), st.text(st.sampled_from("ab\n"), max_size=20)),
    st.tuples(st.just("seek"), st.integers(-1, 30)),
    st.tuples(st.just("truncate"), st.integers(0, 30)),
    st.tuples(st.sampled_from(["tell", "flush", "readline", "close", "detach", "reopen", "fileno"]), st.none()),
)
_modes = st.one_of(
    st.sampled_from(["r", "w", "a", "x", "r+", "w+", "a+", "rb", "wb", "ab", "r+b", "w+b", "xb", "rw", "", "z", None]),
)


def _perform(folder: Path, mode: Any, buffering: int, steps: list[tuple[str, Any]]) -> list[Any]:
    """What a program sees of these steps. Paths differ between two runs and are left out."""
    path = folder / "file"
    seen: list[Any] = []
    try:
        file = open(path, mode, buffering)
    except Exception as error:
        return [type(error), [str(each).replace(str(folder), "") for each in error.args], path.exists()]
    seen.append((type(file), file.closed))
    for name, argument in steps:
        try:
            if name == "reopen":
                file.close()
                file = open(path, mode, buffering)
            elif name == "detach":
                file = file.detach()
            elif name == "write" and isinstance(argument, str) and "b" in mode:
                seen.append(file.write(argument.encode()))
            elif name == "fileno":
                seen.append(file.fileno() > 2)
            else:
                seen.append(getattr(file, name)(*(() if argument is None else (argument,))))
        except Exception as error:
            seen.append((type(error), [str(each).replace(str(folder), "") for each in error.args]))
    try:
        file.close()
    except Exception as error:
        seen.append(type(error))
    return [*seen, file.closed, path.read_bytes() if path.exists() else None]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.none() | st.binary(max_size=40),
    mode=_modes,
    buffering=st.sampled_from([-1, 0, 16]),
    steps=st.lists(_steps, max_size=8),
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_any_use_of_a_file_is_as_without_us(tmp_path: Path, content, mode, buffering, steps) -> None:
    results = []
    for name in ("plain", "observed"):
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if content is not None:
            (folder / "file").write_bytes(content)
    results.append(_perform(tmp_path / "plain", mode, buffering, steps))
    with observing(fs_binary=True) as observed:
        results.append(_perform(tmp_path / "observed", mode, buffering, steps))
        _last_version_is_right(observed, tmp_path / "observed" / "file")
    assert results[0] == results[1]


def _last_version_is_right(observed: Observed, path: Path) -> None:
    spans = [span for span in observed.spans(path) if of(span, names.FS_CONTENT_HASH)]
    if spans:
        with _Real.open(path, "rb") as file:
            data = file.read()
        assert of(spans[-1], names.FS_CONTENT_HASH) == "sha256:" + hashlib.sha256(data).hexdigest()
        contents = observed.contents()
        assert all(of(span, names.FS_CONTENT_HASH) in contents for span in spans)


def test_files_have_their_own_types(tmp_path: Path) -> None:
    with observing():
        with open(tmp_path / "a", "w") as text:
            assert type(text) is io.TextIOWrapper
            assert type(text.buffer) is io.BufferedWriter
            assert type(text.buffer.raw) is io.FileIO
            with pytest.raises(TypeError, match="cannot pickle"):
                pickle.dumps(text)
            raw = text.buffer.raw
        assert "close" not in raw.__dict__


def test_functions_stay_what_they_are() -> None:
    signature, documentation, shown = inspect.signature(open), open.__doc__, repr(open)
    real_rename = os.rename
    with observing():
        assert open is io.open
        assert open is not _Real.open
        assert open.__wrapped__ is _Real.open  # type: ignore[attr-defined]
        assert (inspect.signature(open), open.__doc__, repr(open)) == (signature, documentation, shown)
        assert (open.__name__, open.__module__) == (_Real.open.__name__, _Real.open.__module__)
        assert os.rename == real_rename
        assert {os.unlink, os.rmdir, os.mkdir, os.rename} <= os.supports_dir_fd
        assert importlib.reload(shutil).rmtree.avoids_symlink_attacks  # type: ignore[attr-defined]
        assert copy.deepcopy(open) is copy.copy(open) is open
        assert pickle.loads(pickle.dumps(open)) in (open, _Real.open)
        assert pickle.loads(pickle.dumps(os.rename)) == real_rename
    importlib.reload(shutil)
    assert open is io.open is _Real.open
    assert os.rename is real_rename


def test_a_class_may_keep_open_as_an_attribute(tmp_path: Path) -> None:
    with observing() as observed:
        importlib.reload(dbm.dumb)  # which does
        with dbm.dumb.open(str(tmp_path / "table"), "n") as table:
            table[b"key"] = b"value"
        assert observed.spans(tmp_path / "table.dat")
    importlib.reload(dbm.dumb)
    with dbm.dumb.open(str(tmp_path / "table")) as table:
        assert table[b"key"] == b"value"


def test_modules_that_have_open_already(tmp_path: Path) -> None:
    module = types.ModuleType("kept_open")
    module.sync_open = open  # type: ignore[attr-defined]
    sys.modules["kept_open"] = module
    try:
        with observing() as observed:
            stand_in = module.sync_open
            stand_in(tmp_path / "a", "w").close()
            assert observed.span(tmp_path / "a")
        assert module.sync_open is _Real.open
        stand_in(tmp_path / "b", "w").close()  # kept by somebody, and only passing on by now
        assert len(observed.memory.get_finished_spans()) == 0 or (tmp_path / "b").exists()
    finally:
        del sys.modules["kept_open"]


class _SaysItIsAModule:
    """As the libraries that cffi makes: of another type, and without a namespace."""

    __slots__ = ()
    __class__ = types.ModuleType  # type: ignore[assignment]


def test_what_only_says_it_is_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "said_to_be_one", _SaysItIsAModule())  # type: ignore[arg-type]
    with observing() as observed:
        (tmp_path / "a").write_text("a")
        assert observed.span(tmp_path / "a")


@pytest.mark.parametrize(
    "call",
    [
        lambda: open(),
        lambda: open(None),
        lambda: open(3.5),
        lambda: open("a", 5),
        lambda: open("a", "rt+b"),
        lambda: open("a\0b"),
        lambda: open("a", unknown=1),
        lambda: open(-1),
        lambda: open(10**30),
        lambda: open(999_999),
        lambda: open(file="missing"),
        lambda: open("", "w"),
        lambda: open("a", encoding="no-such-encoding"),
        lambda: open(_Broken()),
        lambda: os.rename("missing"),
        lambda: os.rename("missing", dst="x"),
        lambda: os.remove(None),
        lambda: os.remove("a\0b"),
        lambda: os.remove("missing", dir_fd=None),
        lambda: os.mkdir(),
        lambda: os.truncate("missing", 1),
        lambda: os.truncate(-1, 1),
    ],
)
def test_wrong_calls_fail_as_they_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").touch()
    with pytest.raises(Exception) as plain:  # noqa: PT011
        call()
    with observing(), pytest.raises(Exception) as observed:  # noqa: PT011
        call()
    assert (plain.type, plain.value.args) == (observed.type, observed.value.args)
    assert observed.value.__context__ is None
    assert len(observed.traceback) <= len(plain.traceback) + 1 + isinstance(observed.value, _Own)


class _Own(Exception):
    pass


class _Broken(os.PathLike[str]):
    def __fspath__(self) -> str:
        raise _Own("mine")


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with observing(), pytest.raises(FileNotFoundError):
        open("a", "w")
