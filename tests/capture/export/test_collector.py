"""A program and the real collector, which is stopped and started between."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.serving import Served

from .test_processes import lines, program, run


def test_what_happened_while_the_collector_was_down_is_in_it(tmp_path: Path):
    code = """
    for word in sys.stdin:
        word = word.strip()
        record(*(f"{word} {number}" for number in range(5)))
        if word == "back":
            deliver()
        say(sorted(exporter.counts().items()))
    """
    ports: tuple[str, ...] = ()
    with Served(tmp_path) as served:
        port = int(served.urls["otlp_http"].rpartition(":")[2])
        ports = ("--otlp-http-port", str(port))
        with program(tmp_path / "spool", port, code) as process:

            def step(word: str) -> str:
                process.stdin.write(word + "\n")
                process.stdin.flush()
                return next(lines(process))

            assert step("up") == "[('sent', 5)]"
            served.stop()
            assert step("down") == "[('sent', 5), ('spooled', 5)]"
            with Served(tmp_path, *ports) as again:
                assert step("back").startswith("[('delivered', ")
                process.stdin.close()
                assert process.wait(60) == 0
                items = again.get("/api/spans", limit=100)["items"]
                assert sorted(item["name"] for item in items) == sorted(
                    f"{word} {number}" for word in ("up", "down", "back") for number in range(5)
                )
        served.start()


def test_a_request_that_is_sent_again_is_stored_once(tmp_path: Path):
    """The bytes of a spool that two processes deliver, as happens when one is killed after the collector's answer."""
    with Served(tmp_path) as served:
        port = int(served.urls["otlp_http"].rpartition(":")[2])
        served.stop()
        run(tmp_path / "spool", port, "record('a', 'b')")
        (segment,) = (tmp_path / "spool").rglob("*.segment")
        kept = segment.read_bytes()
        with Served(tmp_path, "--otlp-http-port", str(port)) as again:
            run(tmp_path / "spool", port, "")
            assert not segment.exists()
            segment.write_bytes(kept)
            run(tmp_path / "spool", port, "")
            assert not segment.exists()
            assert sorted(item["name"] for item in again.get("/api/spans")["items"]) == ["a", "b"]
        served.start()
