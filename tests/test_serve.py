"""Serve: who a delegate is comes from the server, kernels get no secrets, and only lessons are handed out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator

import nbformat
import pytest

from support import run_course, serving

WATCHED = "COURSE_TEST_SECRET"


@pytest.fixture(scope="module")
def root(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published mini course with a lesson that shows what its kernel knows."""
    root = tmp_path_factory.mktemp("serve") / "mini"
    shutil.copytree(built_once, root)
    path = root / "modules" / "mini" / "mini.ipynb"
    lesson = nbformat.read(path, as_version=4)
    code = 'import os\nfrom IPython.display import HTML\nHTML(f"<p>delegate={module.delegate}; secret={os.environ.get(\'%s\')}</p>")' % WATCHED
    lesson.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(lesson, path)
    done = run_course(root, "publish")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with serving(root, **{WATCHED: "do-not-tell"}) as address:
        yield address


def ask(url: str, **headers: str) -> tuple[int, str, str]:
    """Status, body and the delegate's cookie."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            cookies = response.headers.get_all("Set-Cookie") or []
            mine = next((c.split(";")[0] for c in cookies if c.startswith("course_delegate=")), "")
            return response.status, response.read().decode(), mine
    except urllib.error.HTTPError as error:
        return error.code, "", ""


LESSON = "/voila/render/modules/mini/mini.ipynb"


def test_home_lists_the_modules(address: str) -> None:
    """Does the address that is printed lead to the lesson?"""
    status, body, _ = ask(f"{address}/")
    assert status == 200 and LESSON in body


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/modules/mini/practice.yml",
        "/voila/files/modules/mini/mini.ipynb",
        "/voila/tree",
        "/voila/render/../published.json",
        "/voila/render/assessments/release/mini/mini.ipynb",
        "/voila/render/modules/../assessments/release/mini/mini.ipynb",
        "/voila/render/modules/%2e%2e/assessments/release/mini/mini.ipynb",
        "/voila/static/voila.js",
        "/api/contents/modules",
        "/api/kernels",
        "/files/modules/course.yml",
    ],
)
def test_nothing_but_lessons_is_handed_out(address: str, path: str) -> None:
    """Are files, listings and other notebooks out of reach?"""
    assert ask(address + path)[0] in (403, 404)


def test_a_missing_lesson_is_a_plain_404(address: str) -> None:
    """Is a wrong address answered as one, and not by a crash?"""
    assert ask(f"{address}/voila/render/modules/mini/nothing.ipynb")[0] == 404


def told(body: str) -> str:
    """What the running kernel said (not what was said at publishing)."""
    return re.search(r"<template data-html=[^>]*><p>(.*?)</p>", body).group(1)  # type: ignore[union-attr]


def test_the_page_cannot_choose_who_it_is(address: str) -> None:
    """Is a header that claims to be somebody overwritten, and does the same cookie give the same delegate again?"""
    _, body, cookie = ask(address + LESSON, **{"X-Course-Delegate": "somebody-else"})
    _, again, _ = ask(address + LESSON, Cookie=cookie)
    _, other, _ = ask(address + LESSON)
    assert re.match(r"delegate=d-[0-9a-f]{24};", told(body))
    assert told(again) == told(body) != told(other)
    assert cookie.split("=")[1] not in again


def test_kernels_get_no_secrets(address: str) -> None:
    """Does a variable of the server's environment stay out of the kernel's?"""
    _, body, _ = ask(address + LESSON)
    assert told(body).endswith("secret=None")


def test_serving_something_else_is_refused(tmp_path: Path, root: Path) -> None:
    """Is a folder that was never published refused in one clear line?"""
    done = subprocess.run([sys.executable, "-m", "course", "serve", str(tmp_path)], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "course publish" in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_said_plainly(address: str, root: Path) -> None:
    """Is a port in use answered with one line that says what to do?"""
    port = address.rsplit(":", 1)[1]
    done = subprocess.run([sys.executable, "-m", "course", "serve", "--port", port], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and f"port {port}" in done.stderr and "Traceback" not in done.stderr
