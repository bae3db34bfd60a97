"""One stage at a time, and nothing left over of one that was killed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from course.alone import alone
from course.collect import STALE, collect
from course.collected import Refusal, replace_folder, tidy_folder
from course.content import Course
from course.errors import CourseError
from road import RIGHT, hand_in, inbound


def test_who_is_at_work_is_said(built: Course) -> None:
    """A stage that finds another one at work: does it say which, since when, and to come again, and is the way free afterwards?"""
    hand_in(built, "d-1", RIGHT)
    told = r"`course grade` \(process \d+, since \d\d:\d\d UTC\) is at work here: wait until it is done, and run this again"
    with alone(built, "course grade"), pytest.raises(CourseError, match=told), alone(built, "course collect", patience=0):
        raise AssertionError("two at once")
    assert not (built.assessments / "submitted").exists()
    assert collect(built).collected == ["d-1/mini"]


def _leave(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "file").write_text(text)


def test_what_a_killed_run_left_is_taken_away(tmp_path: Path) -> None:
    """Are drafts and replaced folders of one's own target removed, and everything else left alone?"""
    for name in ("mini", ".mini.0a1b2c3d", ".mini.0a1b2c3d.old", ".other.0a1b2c3d", ".mini", "mini.0a1b2c3d", ".mini.draft"):
        _leave(tmp_path, name, name)
    tidy_folder(tmp_path / "mini")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mini", ".mini.draft", ".other.0a1b2c3d", "mini", "mini.0a1b2c3d"]
    assert (tmp_path / "mini" / "file").read_text() == "mini"


def test_a_folder_comes_back_where_it_was_being_replaced(tmp_path: Path) -> None:
    """Killed after the old folder was moved and before the new one came: is the old one in its place again, and can it be replaced?"""
    _leave(tmp_path, ".mini.0a1b2c3d", "new, perhaps half")
    _leave(tmp_path, ".mini.0a1b2c3d.old", "old")
    tidy_folder(tmp_path / "mini")
    assert (tmp_path / "mini" / "file").read_text() == "old"
    replace_folder(tmp_path / "mini", lambda draft: [(draft / "file").write_text("newer")] and None)
    assert [(path.name, (path / "file").read_text()) for path in tmp_path.iterdir()] == [("mini", "newer")]


def test_drafts_in_the_exchange_go_once_nobody_writes_them(built: Course) -> None:
    """Is a draft that a killed Submit left taken away after an hour, one that may be being written left, and a link never followed?"""
    hand_in(built, "d-1", RIGHT)
    home = inbound(built, "d-1").parent
    name = inbound(built, "d-1").name
    old, fresh, link = (home / f".{name}.{number:08x}" for number in range(3))
    for folder in (old, fresh):
        _leave(home, folder.name, "half")
    _leave(built.root, "elsewhere", "kept")
    link.symlink_to(built.root / "elsewhere")
    for path in (old, link):
        os.utime(path, (time.time() - STALE - 60,) * 2, follow_symlinks=False)
    assert collect(built).collected == ["d-1/mini"]
    assert sorted(path.name for path in home.glob(".*")) == sorted([fresh.name, link.name])
    assert (built.root / "elsewhere" / "file").exists()


def test_a_refusal_is_one_line() -> None:
    """Whatever a folder is called: can it neither forge a line of the report nor command the terminal?"""
    told = str(Refusal("x\nrefused: d-2\x1b[2J\u202e\udcff", "because\tof ü"))
    assert told == "x\\nrefused: d-2\\x1b[2J\\u202e\\udcff: because\\tof ü"
