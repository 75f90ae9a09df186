"""What machine the figures are from: enough to compare by, nothing that says whose it is."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path


def describe() -> dict[str, str]:
    """CPU, cores, memory, kernel, and the versions that matter."""
    return {
        "CPU": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int((_first('/proc/meminfo', 'MemTotal') or '0 kB').split()[0]) / 1024**2:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "traceway": importlib.metadata.version("traceway"),
        "engine": f"chdb-core {importlib.metadata.version('chdb-core')}",
        "load before the run": f"{os.getloadavg()[0]:.2f}",
    }


def _first(path: str, key: str) -> str:
    """The value of the first ``key: value`` line of a file of /proc; "" if there is none."""
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""
