"""The bare engine: what ClickHouse itself makes of the same bytes and the same schema, with nothing of ours around it.

``INSERT … FROM INFILE … FORMAT Protobuf`` in a process of its own, over the schema the store creates. The file holds
the requests as the store frames them. Every other ingest figure is a ratio to this one.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from traceway_collector.model import Signal
from traceway_collector.store import Request
from traceway_collector.store.clickhouse import frames
from traceway_collector.store.clickhouse.engine import Engine
from traceway_collector.store.clickhouse.sqlfiles import format_settings
from traceway_collector.store.clickhouse.store import ClickHouseStore

from .spans import Maker

_ROOT = Path(__file__).resolve().parent.parent
_BATCH = 512
_TEMPLATES = 16
# Bytes of a block, that is some 35,000 spans: the fastest of 16, 32 and 64 MiB. Not ``max_block_size``, which would
# also cut the rows the views make into small pieces.
_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Result:
    """``cpu_s``: CPU seconds of the inserting process during the insert."""

    spans: int
    seconds: float
    cpu_s: float


def write_frames(path: Path, spans: int) -> None:
    """Write at least ``spans`` spans in requests of 512 to ``path``, framed for the engine."""
    with path.open("wb") as file:
        for request in _requests(-(-spans // _BATCH)):
            file.writelines(frames.rows(request, time.time_ns()))


def _requests(number: int) -> Iterator[Request]:
    maker = Maker(11)
    templates = [maker.template(_BATCH) for _ in range(_TEMPLATES)]
    for each in range(number):
        template = templates[each % _TEMPLATES]
        template.refresh(time.time_ns())
        yield Request(Signal.TRACES, each + 1, bytes(template.requests[0]), _BATCH)


def bare_engine(frames_file: Path) -> Result:
    """Insert the file into a new database in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engine", str(frames_file)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Result(**json.loads(done.stdout.splitlines()[-1]))


def _insert(frames_file: Path) -> Result:
    with tempfile.TemporaryDirectory(prefix="traceway-bench-") as folder:
        # The store makes the schema; writing a little through it first makes the prices of all models known.
        store = ClickHouseStore("chdb", Path(folder))
        store.write(Signal.TRACES, list(_requests(_TEMPLATES)), time.time_ns())
        store.close()
        engine = Engine("chdb", Path(folder))
        settings = {
            "format_schema": f"'{format_settings('inbox/otlp_spans.proto', embedded=True)['format_schema']}'",
            "input_format_protobuf_oneof_presence": "1",
            "input_format_max_block_size_bytes": str(_BLOCK_BYTES),
            "min_insert_block_size_rows": "1",
            "min_insert_block_size_bytes": "1",
            "optimize_on_insert": "0",
        }
        given = ", ".join(f"{name} = {value}" for name, value in settings.items())
        before, cpu_before_s = time.perf_counter(), _cpu_s()
        engine.command(f"INSERT INTO otlp_spans FROM INFILE '{frames_file}' SETTINGS {given} FORMAT Protobuf")
        seconds, cpu_s = time.perf_counter() - before, _cpu_s() - cpu_before_s
        spans = int(engine.query("SELECT count() FROM spans")[0][0]) - _TEMPLATES * _BATCH
        engine.close()
    return Result(spans, seconds, cpu_s)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print(json.dumps(asdict(_insert(Path(sys.argv[1])))))
