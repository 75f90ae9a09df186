"""``GET /api/metrics``: the collector's own figures in the Prometheus text format, version 0.0.4."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from .endpoint import Call
from .responses import HEADERS

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure. ``kind``: counter or gauge; a counter's name ends in ``_total``."""

    name: str
    kind: str
    help: str
    value: float
    labels: Mapping[str, str]


async def metrics(call: Call) -> Response:
    services = call.services
    stats = await call.run(services.store.stats)
    samples = [
        Sample(
            "traceway_build_info",
            "gauge",
            "1; the labels tell what runs.",
            1,
            {"version": services.version, "store": services.store.name, "instance_id": services.instance_id},
        ),
        Sample("traceway_uptime_seconds", "gauge", "Since start.", (time.time_ns() - services.started_ns) / 1e9, {}),
        *_stored(stats),
        *_ingest(services.ingest.status()),
        *_process(),
    ]
    return Response(exposition(samples), headers=HEADERS, media_type=MEDIA_TYPE)


def exposition(samples: list[Sample]) -> str:
    """The text format: HELP and TYPE once per name, then all samples of that name."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.name, []).append(sample)
    lines: list[str] = []
    for name, group in by_name.items():
        lines += [f"# HELP {name} {group[0].help}", f"# TYPE {name} {group[0].kind}"]
        lines += [f"{name}{_labels(sample.labels)} {_number(sample.value)}" for sample in group]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))


def _stored(stats: Mapping[str, int]) -> Iterator[Sample]:
    for name, value in stats.items():
        yield Sample(f"traceway_store_{name}", "gauge", f"{name} in the store.", value, {})


_BY_SIGNAL = {
    "requests": "Export requests committed.",
    "accepted": "Spans, log records or data points committed.",
    "bytes": "OTLP bytes committed, inflated.",
    "duplicate_requests": "Requests that were an identical retry.",
    "duplicate_items": "Items that were there already.",
    "groups": "Commits.",
}


def _ingest(status: Mapping[str, Any]) -> Iterator[Sample]:
    for name, help in (("pending_bytes", "Bytes waiting for commit."), ("max_pending_bytes", "Their limit.")):
        yield Sample(f"traceway_ingest_{name}", "gauge", help, status[name], {})
    for signal, counts in status["signals"].items():
        for name, help in _BY_SIGNAL.items():
            yield Sample(f"traceway_ingest_{name}_total", "counter", help, counts[name], {"signal": signal})
        for reason, refused in counts["refused"].items():
            labels = {"signal": signal, "reason": reason}
            yield Sample("traceway_ingest_refused_requests_total", "counter", "Refusals.", refused["requests"], labels)
            yield Sample("traceway_ingest_refused_items_total", "counter", "Items refused.", refused["items"], labels)


def _process() -> Iterator[Sample]:
    """The figures every Prometheus client library gives, under their usual names."""
    usage = os.times()
    yield Sample("process_cpu_seconds_total", "counter", "User and system CPU time.", usage.user + usage.system, {})
    memory = Path("/proc/self/statm")
    if memory.exists():
        pages = int(memory.read_text().split()[1])
        resident = pages * os.sysconf("SC_PAGE_SIZE")
        yield Sample("process_resident_memory_bytes", "gauge", "Resident memory.", resident, {})
        open_files = len(os.listdir("/proc/self/fd"))
        yield Sample("process_open_fds", "gauge", "Open file descriptors.", open_files, {})
