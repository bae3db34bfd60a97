"""A class at once: so many delegates open the same lesson at the same moment, then all read, answer and submit."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from bench.measure import kernels, percentile, private_mb
from bench.page import stock_voila
from course.content import Course
from crowd import PATIENCE, Class
from support import run_course, serving_process

SLUG = "remittances"
CROWDS = (1, 50, 200)
STOCK_CROWDS = (1, 50)
"""Two hundred kernels of stock Voilà would want 12 GB."""
THINKING = (2.0, 8.0)
"""Seconds that a delegate takes for one question: far less than people do, so that many answers meet."""


def bench(built: Path) -> list[dict[str, Any]]:
    """For each crowd: how long opening and saving took, what it cost, and whether everything arrived."""
    found = [_one(built, built.with_name(f"crowd-{number}"), number) for number in CROWDS]
    for one in found:
        if one["delegates"] in STOCK_CROWDS:
            with stock_voila(built / "var" / "published") as (address, _server):
                times = asyncio.run(_stock_opened(address, one["delegates"]))
            one |= {"stock_opened_median_seconds": statistics.median(times), "stock_opened_last_seconds": max(times)}
    return found


def _one(built: Path, root: Path, number: int) -> dict[str, Any]:
    shutil.copytree(built, root)
    with serving_process(root) as (address, server):
        time.sleep(20)  # the warm process has opened every lesson once
        before = _used(server.pid)
        together, found = asyncio.run(_visit(address, root, number, server.pid))
        found["cpu_seconds_each"] = (_used(server.pid) - before) / number
    done = run_course(root, "collect")
    assert done.returncode == 0, done.stderr
    found |= {"all_answers_saved": together.saved(), "collected_once": together.collected()}
    assert found["all_answers_saved"] == found["collected_once"] == number, found
    shutil.rmtree(root)
    return {"delegates": number, **found}


async def _visit(address: str, root: Path, number: int, server: int) -> tuple[Class, dict[str, Any]]:
    together = Class(address, Course(root, {}), SLUG, number)
    await together.open()
    memory = statistics.median(private_mb(one) for one in kernels("course.kernels.warm", server)[1:])
    await together.answer_and_submit(THINKING)
    saves = [took for one in together.delegates for took in one.saves]
    together.leave()
    return together, {
        "prose_seconds": max(one.prose for one in together.delegates),
        "opened_median_seconds": statistics.median(one.opened for one in together.delegates),
        "opened_last_seconds": max(one.opened for one in together.delegates),
        "saves": len(saves),
        "save_median_ms": statistics.median(saves),
        "save_p95_ms": percentile(saves, 95),
        "memory_each_mb": memory,
    }


async def _stock_opened(address: str, number: int) -> list[float]:
    """Seconds until stock Voilà's page is there, for each of so many delegates at once; its text can be read only then."""
    client = AsyncHTTPClient(max_clients=1000)

    async def one() -> float:
        began = time.perf_counter()
        await client.fetch(HTTPRequest(address, connect_timeout=PATIENCE, request_timeout=PATIENCE))
        return time.perf_counter() - began

    return list(await asyncio.gather(*(one() for _ in range(number))))


def _used(server: int) -> float:
    """Processor seconds of the server and of every process below it so far."""
    every = [psutil.Process(server), *psutil.Process(server).children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in every)


_ROWS = (
    ("prose there, last of all", "prose_seconds", "{:.2f} s"),
    ("lesson open, median", "opened_median_seconds", "{:.2f} s"),
    ("lesson open, last of all", "opened_last_seconds", "{:.2f} s"),
    ("the same of stock Voilà, median", "stock_opened_median_seconds", "{:.2f} s"),
    ("the same of stock Voilà, last of all", "stock_opened_last_seconds", "{:.2f} s"),
    ("answers", "saves", "{:,}"),
    ("from answer to “Saved”, median", "save_median_ms", "{:.0f} ms"),
    ("from answer to “Saved”, 95th percentile", "save_p95_ms", "{:.0f} ms"),
    ("private memory of each kernel, median", "memory_each_mb", "{:.0f} MB"),
    ("processor time for each delegate", "cpu_seconds_each", "{:.2f} s"),
    ("delegates with every answer saved", "all_answers_saved", "{}"),
    ("delegates collected exactly once", "collected_once", "{}"),
)


def table(found: list[dict[str, Any]]) -> str:
    """The crowds' figures as a table in Markdown."""
    lines = [f"| at once | {' | '.join(str(one['delegates']) for one in found)} |", f"|---|{'---|' * len(found)}"]
    lines += [f"| {words} | {' | '.join(form.format(one[key]) if key in one else '–' for one in found)} |" for words, key, form in _ROWS]
    return "\n".join(["", *lines, ""])
