"""Seal every test from the machine it runs on, and give each its own tiny course."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from course.content import Course
from support import REPOSITORY, copy_course, run_course

_FOLDERS = {
    "HOME": "",
    "JUPYTER_CONFIG_DIR": "jupyter/config",
    "JUPYTER_DATA_DIR": "jupyter/data",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
    "JUPYTERLAB_SETTINGS_DIR": "jupyter/lab-settings",
    "JUPYTERLAB_WORKSPACES_DIR": "jupyter/lab-workspaces",
    "IPYTHONDIR": "ipython",
    "XDG_CONFIG_HOME": "config",
    "XDG_CACHE_HOME": "cache",
    "XDG_DATA_HOME": "data",
}
_UNSET = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_TOKEN", "XDG_RUNTIME_DIR")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="tests/reliability at full length, with a table of counts at the end")


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Counts something for the table at the end; it travels with the test's report, so it also comes from another process."""

    def add(what: str, number: int = 1) -> None:
        request.node.user_properties.append(("count", (what, number)))

    return add


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, value in report.user_properties:
                    if name == "count":
                        counts[value[0]] += value[1]
    if counts:
        terminalreporter.section("counts")
        for what, number in counts.items():
            terminalreporter.write_line(f"{number:>7,}  {what}")


@pytest.fixture(scope="session", autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the home, the Jupyter folders or the course variables of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        # A browser that Playwright downloaded lies in the real home's cache.
        browsers = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
        patch.setenv("PLAYWRIGHT_BROWSERS_PATH", os.environ.get("PLAYWRIGHT_BROWSERS_PATH", str(browsers)))
        for name in [*_UNSET, *(name for name in os.environ if name.startswith(("COURSE_", "HTTP_X_COURSE")))]:
            patch.delenv(name, raising=False)
        for name, folder in _FOLDERS.items():
            (home / folder).mkdir(parents=True, exist_ok=True)
            patch.setenv(name, str(home / folder))
        yield


def _copy(source: Path, target: Path) -> Course:
    shutil.copytree(source, target)
    return Course(target, {})


@pytest.fixture
def mini_course(tmp_path: Path) -> Course:
    """A course of one module with one question of each kind, in a folder of its own."""
    course = _copy(REPOSITORY / "tests" / "mini_course", tmp_path / "mini")
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", course.assessments)
    return course


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, sealed: None) -> Path:
    """The tiny course built, to be copied: making a gradebook takes seconds."""
    from course.build import build

    course = _copy(REPOSITORY / "tests" / "mini_course", tmp_path_factory.mktemp("built") / "mini")
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", course.assessments)
    build(course)
    return course.root


@pytest.fixture(scope="session")
def real_once(tmp_path_factory: pytest.TempPathFactory, sealed: None) -> Path:
    """The real course built and published, to be copied: once for all workers, since six languages take their time."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "real"
    with FileLock(f"{root}.lock"):
        if not (root / "var" / "published").exists():
            copy_course(root)
            for stage in ("build", "publish"):
                done = run_course(root, stage)
                assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def gallery_once(tmp_path_factory: pytest.TempPathFactory, sealed: None) -> Path:
    """The gallery (one question of every kind) built, to be copied."""
    from course.build import build

    course = _copy(REPOSITORY / "tests" / "gallery_course", tmp_path_factory.mktemp("gallery") / "gallery")
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", course.assessments)
    build(course)
    return course.root


@pytest.fixture
def gallery(gallery_once: Path, tmp_path: Path) -> Course:
    """The gallery, built, in a folder of its own."""
    return _copy(gallery_once, tmp_path / "gallery")


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Course:
    """The tiny course, built, in a folder of its own."""
    return _copy(built_once, tmp_path / "built")
