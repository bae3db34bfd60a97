"""What several tests need: a copy of the real course to work on, and a server of its own for each test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

REPOSITORY = Path(__file__).resolve().parent.parent


def copy_course(target: Path) -> Path:
    """The real content (lessons, practice, graded questions, nbgrader's configuration) in a folder of its own."""
    for folder in ("modules", "assessments/questions"):
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", target / "assessments")
    return target


def run_course(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`course …` in a folder, as a person would run it."""
    return subprocess.run(
        [sys.executable, "-m", "course", *arguments], cwd=root, env={**os.environ, **variables}, capture_output=True, text=True, timeout=600
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(root: Path, *, command: list[str] | None = None, path: str = "/", port: int | None = None, **variables: str) -> Iterator[str]:
    """`course serve` (or another command with `{port}` in it) in a folder; yields the address once it answers."""
    with serving_process(root, command=command, path=path, port=port, **variables) as (address, _):
        yield address


@contextmanager
def serving_process(
    root: Path, *, command: list[str] | None = None, path: str = "/", port: int | None = None, **variables: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same; yields the address and the server's process."""
    port = port or free_port()
    line = command or [sys.executable, "-m", "course", "serve", "--port", "{port}"]
    log = root / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in line], cwd=root, env={**os.environ, **variables}, stdout=output, stderr=output
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}{path}", process, log)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"no answer at {url}:\n{log.read_text(errors='replace')[-3000:]}")
