"""Decorated functions do what they did, and each call is a span."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import traceway
from traceway import Traceway, tool, trace
from traceway.contain import FAULTS
from traceway.testing import record


def test_with_and_without_parentheses(tw, recorded):
    @trace
    def plain(a, b=2):
        return a + b

    @trace("named", session="s", tags=["t"], client=tw)
    def other():
        return plain(1)

    @tool()
    def weather(city: str) -> dict[str, int]:
        return {"celsius": len(city)}

    @tw.trace
    def bare():
        return weather("Bern")

    @tw.trace("as a method", user="u")
    def method():
        return bare()

    assert (other(), method(), method()) == (3, {"celsius": 4}, {"celsius": 4})
    assert recorded.tree().splitlines() == [
        *("named (workflow)", "  plain (workflow)"),
        *("as a method (workflow)", "  bare (workflow)", "    weather (tool)") * 2,
    ]
    named, inner = recorded.spans[:2]
    assert (named.tags, inner.session_id, inner.input, inner.output) == (("t",), "s", {"a": 1}, 3)
    assert recorded.all("weather")[0].input == {"city": "Bern"}
    assert {span.user_id for span in recorded.all("tool")} == {"u"}


def test_what_a_function_is_stays():
    @trace
    def function(a: int, *, b: str = "x") -> bool:
        """Its words."""
        return True

    @tool
    async def coroutine(): ...

    @tool
    def generator():
        yield

    @tool
    async def async_generator():
        yield

    assert (function.__name__, function.__doc__) == ("function", "Its words.")
    assert str(inspect.signature(function)) == "(a: 'int', *, b: 'str' = 'x') -> 'bool'"
    assert inspect.iscoroutinefunction(coroutine)
    assert inspect.isgeneratorfunction(generator)
    assert inspect.isasyncgenfunction(async_generator)


def test_methods_of_classes(recorded):
    class Agent:
        @tool
        def search(self, query):
            return query

        @tool
        @classmethod
        def make(cls, name):
            return cls, name

        @staticmethod
        @tool
        def add(a, b):
            return a + b

    assert (Agent().search("x"), Agent.make("y"), Agent.add(1, 2)) == ("x", (Agent, "y"), 3)
    assert [span.input for span in recorded.spans] == [{"query": "x"}, {"name": "y"}, {"a": 1, "b": 2}]


def test_an_exception_passes_unchanged(recorded):
    error = LookupError("gone")

    @tool
    def fails():
        raise error

    with pytest.raises(LookupError) as caught:
        fails()
    assert caught.value is error
    assert recorded.one("fails").error == "gone"
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        fails(colour="red")
    with pytest.raises(TypeError, match="unexpected keyword"):
        trace(sesion="typo")


def test_without_content_neither_arguments_nor_results_are_recorded(monkeypatch, recorded):
    monkeypatch.setenv("TRACEWAY_CAPTURE_CONTENT", "auto")
    client = Traceway("https://traceway.example.org")

    @tool(client=client)
    def search(query):
        yield query

    assert list(search("secret")) == ["secret"]
    assert (recorded.one("search").input, recorded.one("search").output) == (None, None)


def test_coroutines(recorded):
    @tool
    async def fetch(n):
        await asyncio.sleep(0)
        return n * 2

    @trace
    async def all_of_them():
        return await asyncio.gather(fetch(1), fetch(2))

    @trace
    async def cancelled():
        await asyncio.sleep(60)

    async def main():
        task = asyncio.create_task(cancelled())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await all_of_them()

    assert asyncio.run(main()) == [2, 4]
    assert recorded.one("cancelled").failed
    assert [span.parent.name for span in recorded.all("fetch")] == ["all_of_them"] * 2
    assert sorted(span.output for span in recorded.all("fetch")) == [2, 4]


def test_a_generator_is_current_in_its_body_only_and_lasts_as_long(tw, recorded):
    @tool
    def words(text):
        for word in text.split():
            with tw.span("inside"):
                yield word
        return "end"

    with tw.trace("consumer"):
        for _ in words("a b"):
            tw.span("outside").complete()
    generator = recorded.one("words")
    assert [span.parent.name for span in recorded.all("inside")] == ["words"] * 2
    assert [span.parent.name for span in recorded.all("outside")] == ["consumer"] * 2
    assert (generator.input, generator.output, generator.parent.name) == ({"text": "a b"}, "ab", "consumer")
    assert generator.end_ns > recorded.all("inside")[-1].end_ns


def test_a_generator_that_is_left_early_has_not_failed(recorded):
    @tool
    def count():
        yield from range(100)

    generator = count()
    assert next(generator) == 0
    generator.close()
    another = count()
    next(another)
    del another
    gc.collect()
    never = count()
    never.close()
    assert [(span.failed, span.output) for span in recorded.all("count")] == [(False, [0])] * 2


def _plain(script):
    """A generator that follows ``script``: what to do at each step, and with what is thrown in."""

    def generator(first):
        got = [first]
        for step in script:
            try:
                if step == "raise":
                    raise KeyError("own")
                if step == "return":
                    return tuple(got)
                got.append((yield (step, len(got))))
            except ZeroDivisionError as error:
                if step == "swallow":
                    got.append(repr(error))
                else:
                    raise
            except GeneratorExit:
                if step == "stubborn":
                    yield "no"
                if step == "quiet":
                    return "closed"
                raise
        return got

    return generator


def _played(generator, moves):
    """Everything a consumer sees."""
    seen = []
    for move in ("next", *moves, *["next"] * 10):
        try:
            if move == "next":
                seen.append(next(generator))
            elif move == "send":
                seen.append(generator.send("sent"))
            elif move == "throw":
                seen.append(generator.throw(ZeroDivisionError("thrown")))
            else:
                seen.append(("closed", generator.close()))
        except StopIteration as stop:
            seen.append(("stop", stop.value))
        except (Exception, GeneratorExit) as error:
            seen.append((type(error), str(error)))
    return seen


scripts = st.lists(st.sampled_from(["yield", "swallow", "stubborn", "quiet", "raise", "return"]), max_size=6)
moves = st.lists(st.sampled_from(["next", "send", "throw", "close"]), max_size=8)


@given(scripts, moves)
def test_any_use_of_a_generator_gives_what_it_gave(script, moves):
    faults = FAULTS["sdk"]
    with record() as recorded:
        assert _played(tool(_plain(script))("x"), moves) == _played(_plain(script)("x"), moves)
        assert len(recorded.spans) == 1
    assert FAULTS["sdk"] == faults


def _plain_async(script):
    async def generator(first):
        got = [first]
        for step in script:
            try:
                if step == "raise":
                    raise KeyError("own")
                if step == "return":
                    return
                await asyncio.sleep(0)
                got.append((yield (step, len(got))))
            except ZeroDivisionError as error:
                if step != "swallow":
                    raise
                got.append(repr(error))
            except GeneratorExit:
                if step == "stubborn":
                    yield "no"
                if step == "quiet":
                    return
                raise

    return generator


async def _played_async(generator, moves):
    seen = []
    for move in ("next", *moves, *["next"] * 10):
        try:
            if move == "next":
                seen.append(await anext(generator))
            elif move == "send":
                seen.append(await generator.asend("sent"))
            elif move == "throw":
                seen.append(await generator.athrow(ZeroDivisionError("thrown")))
            else:
                seen.append(("closed", await generator.aclose()))
        except StopAsyncIteration:
            seen.append("stop")
        except (Exception, GeneratorExit) as error:
            seen.append((type(error), str(error)))
    return seen


@given(scripts, moves)
def test_any_use_of_an_asynchronous_generator_gives_what_it_gave(script, moves):
    async def main():
        mine = await _played_async(tool(_plain_async(script))("x"), moves)
        assert mine == await _played_async(_plain_async(script)("x"), moves)

    with record() as recorded:
        asyncio.run(main())
        assert len(recorded.spans) == 1


def test_the_package_gives_what_it_says_and_nothing_else():
    assert set(traceway.__all__) <= set(dir(traceway))
    assert all(getattr(traceway, name) is not None for name in traceway.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        traceway.nothing  # noqa: B018


@pytest.mark.skipif(sys.version_info < (3, 13), reason="close() returns nothing before")
def test_close_returns_what_the_generator_returned():
    generator = tool(_plain(["quiet"]))("x")
    next(generator)
    assert generator.close() == "closed"
