"""Kernels from the warm process: ready at once, alone with what they were given, gone when they should be; and ordinary ones where it is not there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from traitlets.config import Config

from course.identity import VARIABLE
from course.kernels import PRIVATE_KERNELS, provisioner
from course.kernels.ask import KernelError, opened_in
from course.kernels.warm import ColdError, WarmProcess
from support import REPOSITORY, run_course

PROBE = """
import json, os, random
left = None
class Look:
    def _repr_html_(self):
        return json.dumps({"pid": os.getpid(), "cwd": os.getcwd(), "env": dict(os.environ), "random": random.random(), "left": left})
"""
"""What a kernel sees, as the output of a lesson's cell."""
LESSONS = {"look": "import probe\nprobe.Look()", "leave": "import probe\nprobe.left = 'mine'\nprobe.Look()"}


@pytest.fixture(scope="module")
def tree(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published mini course, with a module that says what a kernel sees."""
    root = Path(shutil.copytree(built_once, tmp_path_factory.mktemp("kernels") / "mini"))
    done = run_course(root, "publish")
    assert done.returncode == 0, done.stderr
    published = root / "var" / "published"
    (published / "probe.py").write_text(PROBE, encoding="utf-8")
    for name, source in LESSONS.items():
        cells = [{"cell_type": "code", "id": "it", "metadata": {}, "outputs": [], "execution_count": None, "source": source}]
        (published / f"{name}.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return published


async def seen_by(kernel: AsyncKernelManager, lesson: str = "look") -> dict[str, Any]:
    """What the kernel sees, told by a lesson that it opens."""
    return dict(json.loads((await opened_in(kernel, f"{lesson}.ipynb"))["html"]["cell-it"]))


@pytest.fixture(scope="module")
def warm(tree: Path) -> Iterator[WarmProcess]:
    process = WarmProcess(tree)
    process.wait(120)
    yield process
    process.close()


@pytest.fixture
def start(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Awaitable[AsyncKernelManager]]]:
    """Start a kernel as the server does; what still runs at the end is ended."""
    config = Config(PRIVATE_KERNELS)
    config.KernelProvisionerFactory.default_provisioner_name = provisioner.NAME
    KernelProvisionerFactory.clear_instance()
    KernelProvisionerFactory.instance(config=config)
    started: list[AsyncKernelManager] = []

    async def start(**env: str) -> AsyncKernelManager:
        manager = AsyncKernelManager(config=config, kernel_name="python3")
        started.append(manager)
        await manager.start_kernel(cwd=str(tree), env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(REPOSITORY), **env})
        return manager

    yield start
    for manager in started:
        manager.context.destroy(linger=0)
    KernelProvisionerFactory.clear_instance()


def forked(warm: WarmProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioner.WarmProvisioner, "warm", warm)


def test_a_forked_kernel_knows_what_it_was_given_and_nothing_else(warm: WarmProcess, start: Callable, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a forked kernel a child of the warm process, in its folder, with its own environment and its own chance?"""
    forked(warm, monkeypatch)
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "do-not-tell")

    async def run() -> None:
        one, two = await start(**{VARIABLE: "d-one"}), await start(**{VARIABLE: "d-two"})
        seen = [await seen_by(kernel) for kernel in (one, two)]
        assert [psutil.Process(it["pid"]).ppid() for it in seen] == [warm.pid, warm.pid]
        assert [it["env"][VARIABLE] for it in seen] == ["d-one", "d-two"]
        assert all("SECRET_OF_THE_SERVER" not in it["env"] for it in seen)
        assert {it["cwd"] for it in seen} == {str(tree)}
        assert seen[0]["random"] != seen[1]["random"]
        assert (await seen_by(one, "leave"))["left"] == (await seen_by(one))["left"] == "mine"
        assert (await seen_by(two))["left"] is None
        for kernel in (one, two):
            await kernel.shutdown_kernel(now=True)
        assert not psutil.pid_exists(seen[0]["pid"]) and not psutil.pid_exists(seen[1]["pid"])

    asyncio.run(run())


def test_a_forked_kernel_can_be_interrupted_restarted_and_found_dead(warm: WarmProcess, start: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does everything that Jupyter does to a kernel work on a forked one, and is its end seen?"""
    forked(warm, monkeypatch)

    async def run() -> None:
        kernel = await start()
        first = (await seen_by(kernel))["pid"]
        await kernel.interrupt_kernel()
        assert await kernel.is_alive()
        await kernel.restart_kernel(now=True)
        second = (await seen_by(kernel))["pid"]
        assert second != first and psutil.Process(second).ppid() == warm.pid
        psutil.Process(second).kill()
        while await kernel.is_alive():
            await asyncio.sleep(0.01)
        with pytest.raises(KernelError, match="ended"):
            await seen_by(kernel)
        await kernel.shutdown_kernel(now=True)

    asyncio.run(run())


def test_a_kernel_says_why_it_cannot_answer(warm: WarmProcess, start: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a fault in what was asked told by name?"""
    forked(warm, monkeypatch)

    async def run() -> None:
        kernel = await start()
        with pytest.raises(KernelError, match="FileNotFoundError: .*nothing.ipynb"):
            await opened_in(kernel, "nothing.ipynb")
        await kernel.shutdown_kernel(now=True)

    asyncio.run(run())


@pytest.mark.parametrize(
    "asked", ["open('/etc/passwd').read()", "open_lesson('../look.ipynb')", "open_lesson('look.ipynb') or exit()", "open_lesson(1)", "", None]
)
def test_a_lessons_kernel_runs_no_code(warm: WarmProcess, start: Callable, tree: Path, asked: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a kernel is asked to run, code or expression, is it refused, and nothing of it done?"""
    forked(warm, monkeypatch)
    mark = tree / "code-was-here"

    async def run() -> None:
        kernel = await start()
        client = kernel.client()
        client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
        sent = client.execute(f"open({str(mark)!r}, 'w').write('x')", user_expressions={} if asked is None else {"it": asked})
        reply = await client.get_shell_msg(timeout=30)
        while reply["parent_header"].get("msg_id") != sent:
            reply = await client.get_shell_msg(timeout=30)
        client.stop_channels()
        assert reply["content"]["status"] == "error" and "runs nothing else" in reply["content"]["evalue"]
        assert not mark.exists()
        await kernel.shutdown_kernel(now=True)

    asyncio.run(run())


def test_without_a_warm_process_kernels_start_as_they_always_did(start: Callable, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a page get its kernel where no warm process is ready, or where it has died?"""

    async def run(warm: WarmProcess | None) -> None:
        monkeypatch.setattr(provisioner.WarmProvisioner, "warm", warm)
        kernel = await start()
        seen = await seen_by(kernel)
        assert psutil.Process(seen["pid"]).ppid() == os.getpid()
        await kernel.shutdown_kernel(now=True)

    asyncio.run(run(None))
    gone = WarmProcess(tree)
    psutil.Process(gone.pid).kill()
    asyncio.run(run(gone))
    gone.close()


def test_a_kernel_that_cannot_start_is_told_and_hurts_no_other(warm: WarmProcess, start: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a forked kernel dies before it listens, is that said at once, and does the next one start?"""
    with pytest.raises(ColdError, match="does not listen"):
        warm.fork("nowhere.json", "/no such folder", {})
    forked(warm, monkeypatch)

    async def run() -> None:
        kernel = await start()
        assert psutil.Process((await seen_by(kernel))["pid"]).ppid() == warm.pid
        await kernel.shutdown_kernel(now=True)

    asyncio.run(run())


def test_kernels_end_with_the_server(tree: Path, start: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the server is gone, are the warm process and its kernels gone too?"""
    mine = WarmProcess(tree)
    mine.wait(120)
    forked(mine, monkeypatch)

    async def run() -> int:
        return (await seen_by(await start()))["pid"]

    kernel = psutil.Process(asyncio.run(run()))
    mine.close()
    deadline = time.monotonic() + 20
    while kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the kernel outlives its server"
        time.sleep(0.05)
