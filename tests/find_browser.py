"""Finds a Chromium for the browser tests; run as a program it also gets one where there is none.

In this order: one on PATH, Playwright's own, Debian's package where one may install it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
"""How the tests start it: in containers there is no sandbox and no graphics card, and it shall call nobody."""

NONE_HERE = "No Chromium here and none could be installed: put `chromium` or `google-chrome` on PATH, then run `make test` again."


def find_browser() -> str | None:
    """The path of a Chromium that starts, or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def get_browser() -> str | None:
    """The path of a Chromium that starts, installed now if need be; None where that is not possible."""
    return find_browser() or _from_playwright() or _from_debian()


def _candidates() -> Iterator[str]:
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    if path := _playwrights():
        yield path


def _playwrights() -> str | None:
    """Where Playwright keeps, or would keep, its own Chromium."""
    # In a process of its own: Playwright's event loop would stay in this one.
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and Path(path).is_file() else None


def _starts(path: str) -> bool:
    """Whether the program is more than a launcher that would fetch a browser, and has the libraries that it needs."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _from_playwright() -> str | None:
    print("No Chromium here; trying Playwright's own.", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return find_browser()


def _from_debian() -> str | None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    print("Trying Debian's package.", flush=True)
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update"], **quiet)
    subprocess.run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], **quiet)
    return find_browser()


if __name__ == "__main__":
    if not get_browser():
        sys.exit(NONE_HERE)
