"""How benchmarks measure: percentiles, and the memory that processes hold for themselves."""

from __future__ import annotations

from collections.abc import Iterable

import psutil


def percentile(values: Iterable[float], share: float) -> float:
    """The value that so many per cent of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def kernels(command: str, server: int) -> list[psutil.Process]:
    """The processes below a server whose command line has `command` in it, oldest first."""
    below = psutil.Process(server).children(recursive=True)
    return sorted((one for one in below if command in " ".join(one.cmdline())), key=lambda one: one.create_time())


def private_mb(process: psutil.Process) -> float:
    """What would be free again if the process ended, in megabytes: what it shares with others does not count."""
    return float(process.memory_full_info().uss) / 2**20
