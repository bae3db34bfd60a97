"""The command line: help with an example everywhere, clear lines, and the three exit statuses."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from course.cli import _parser, main
from course.content import Course
from course.store import FolderStore
from support import REPOSITORY, run_course


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command by name."""
    (found,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


STAGES = ["check", "build", "publish", "serve", "submit", "collect", "grade", "second", "feedback", "extend", "report", "export-delegate", "forget", "demo", "i18n"]


@pytest.fixture
def inside(mini_course: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The tiny course, as the folder one works in."""
    monkeypatch.chdir(mini_course.root)
    return mini_course


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_there_is_a_command_for_each_stage() -> None:
    """Is the list of commands the pipeline of the design, in its order?"""
    assert list(commands()) == STAGES


@pytest.mark.parametrize("name", STAGES)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Does --help exit 0, say in a sentence what the command does, and show an example that parses?"""
    status, out, _ = run(capsys, name, "--help")
    assert status == 0
    example = out.split("example: course ")[1].strip()
    assert example.split()[0] == name
    assert _parser().parse_args(shlex.split(example)).command == name
    for action in commands()[name]._actions:
        if action.option_strings or action.nargs == "?":
            assert action.help, f"{name} {action.dest} has no help"


@pytest.mark.parametrize("arguments", [[], ["paint"], ["submit"], ["check", "--paint"], ["serve", "--port", "abc"], ["serve", "--port", "0"], ["serve", "--port", "70000"], ["demo", "--delegates", "0"], ["demo", "--delegates", "many"]])  # fmt: skip
def test_wrong_usage_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Does wrong usage exit 2 with a line on the error output, and nothing on the other?"""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert "usage: course" in err and "error: " in err


OUTSIDE = [["check"], ["build"], ["publish"], ["serve"], ["submit", "x"], ["collect"], ["grade"], ["second"], ["feedback"], ["report"], ["export-delegate", "d-1"], ["forget", "d-1"], ["demo"]]


@pytest.mark.parametrize("arguments", OUTSIDE, ids=" ".join)
def test_outside_a_course_one_line_says_where_to_go(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Does every command say in one line that there is no course here, and exit 1?"""
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (1, "")
    assert err == f"{tmp_path}: no course here: go to a folder with modules/course.yml, or set COURSE_ROOT\n"


@pytest.mark.parametrize("arguments", [["submit", "nowhere"], ["grade", "nowhere"], ["feedback", "nowhere"]], ids=" ".join)
def test_an_unknown_assessment_names_those_there_are(arguments: list[str], inside: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a typo in an assessment's name say which there are?"""
    status, _, err = run(capsys, *arguments)
    assert status == 1
    assert "`nowhere`" in err and "mini" in err and err.count("\n") == 1


BROKEN: dict[str, tuple[list[str], dict[str, str]]] = {
    "serve before publish": (["serve"], {}),
    "serve a folder that is no course": (["serve", "modules"], {}),
    "publish over something else": (["publish", "modules"], {}),
    "publish before build": (["publish"], {}),
    "collect before build": (["collect"], {}),
    "a second marker before build": (["second"], {}),
    "collect a file that is not there": (["collect", "nothing.json"], {}),
    "an export of somebody unknown": (["export-delegate", "d-1"], {}),
    "somebody unknown to forget": (["forget", "d-1"], {}),
    "an id that leads out of the folder": (["forget", "../modules"], {}),
    "a delegate id with a plus": (["submit", "mini"], {"COURSE_DELEGATE": "a+b"}),
    "a root that is not there": (["check"], {"COURSE_ROOT": "/nonexistent/course"}),
    "questions that are not there": (["build"], {"COURSE_QUESTIONS": "/nonexistent/questions"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_one_clear_line(name: str, inside: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Does each fault exit 1 with lines that say what to do, and no traceback?"""
    arguments, variables = BROKEN[name]
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    status, out, err = run(capsys, *arguments)
    assert status == 1
    assert "Traceback" not in err
    assert err and all(len(line) > 20 for line in err.splitlines())


def test_a_folder_that_cannot_be_written_is_one_line(inside: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """When the disk refuses: is the path named, with no traceback?"""
    (inside.root / "var").write_text("in the way")
    status, _, err = run(capsys, "build")
    assert status == 1
    assert str(inside.root / "var") in err and err.count("\n") == 1


def test_check_prints_faults_as_lines_and_as_json(inside: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Do the lines on the error output and the JSON say the same?"""
    path = inside.questions / "mini.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 3", "points: lots"), encoding="utf-8")
    status, _, err = run(capsys, "check")
    line = path.read_text(encoding="utf-8").splitlines().index("    points: lots") + 1
    assert status == 1 and f"{path}:{line}: `points` must be a number" in err.splitlines()
    status, out, _ = run(capsys, "check", "--json", "--summary")
    assert status == 1
    assert json.loads(out)["faults"] == err.splitlines()


def test_check_on_the_real_course(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is what we ship in order, with a summary that another program can read?"""
    monkeypatch.chdir(REPOSITORY / "modules")
    status, out, err = run(capsys, "check", "--json", "--summary")
    found: dict[str, Any] = json.loads(out)
    assert (status, err, found["faults"]) == (0, "", [])
    assert [row["module"] for row in found["summary"]] == Course(REPOSITORY, {}).slugs
    status, out, _ = run(capsys, "check")
    assert status == 0 and out.endswith("All content is in order.\n")


@pytest.mark.parametrize("stage", ["check", "collect", "grade", "second", "report", "demo"])
def test_stages_that_programs_read_take_json(stage: str) -> None:
    """Can the answer be asked for as JSON wherever another program would read it?"""
    assert _parser().parse_args([stage, "--json"]).json is True


def test_submit_says_attempt_and_receipt(inside: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Does a delegate without a browser get the attempt's number, its receipt and whether it was handed over?"""
    monkeypatch.setenv("COURSE_DELEGATE", "d-1")
    store = FolderStore(inside.answers)
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T14:00:00Z", "question": "length", "answer": "12.5"}])
    status, out, _ = run(capsys, "submit", "mini")
    assert status == 0
    assert out.startswith("Attempt 1 with 1 answers, receipt ") and "send your passport" in out
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T14:00:01Z", "question": "length", "answer": ["no"]}])
    status, _, err = run(capsys, "submit", "mini")
    assert status == 1 and "answer these questions again: length" in err


def test_the_module_is_the_command(mini_course: Course) -> None:
    """Do `python -m course` and the installed `course` exit alike, each in a process of its own?"""
    done = run_course(mini_course.root, "submit", "nowhere")
    assert (done.returncode, done.stdout) == (1, "") and "`nowhere`" in done.stderr
    assert shutil.which("course", path=os.path.dirname(sys.executable))
