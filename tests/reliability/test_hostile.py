"""Whatever lies in the exchange: every submission is graded or refused with a reason, and the honest ones get their marks."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from course.bank import read_bank
from course.collected import in_one_line
from course.content import Course
from course.submission import submission
from reference_scorer import reference_asked, reference_points
from reliability import hostile
from reliability.hostile import BANK, CANARY, COURSE, NO_SUBMISSIONS, SLUG, Case, dumped, frozen
from reliability.zygote import Zygote
from road import hand_in, marks, query
from support import REPOSITORY

Count = Callable[[str, int], None]
QUESTIONS = read_bank(REPOSITORY / "tests/gallery_course/assessments/questions/gallery.yml")


def honest(course: Course, count: int, seed: int) -> dict[str, dict[str, float | None]]:
    """Hand in some honest submissions; the marks by delegate and cell that the reference gives them."""
    chance = random.Random(seed)
    expected = {}
    for number in range(count):
        who = f"d-{number:03d}"
        answers = {}
        for one in QUESTIONS.asked(COURSE, who):
            samples = one.question.samples()
            if chance.random() < 0.9:
                answers[one.question.id] = chance.choice([*samples.right, *samples.wrong])
        hand_in(course, who, json.loads(json.dumps(answers)), "2026-01-01T10:00:00Z")
        expected[who] = {cell: reference_points(raw, answers.get(raw["id"])) for cell, raw in reference_asked(BANK, COURSE, who)}
    return expected


def check_marks(course: Course, expected: dict[str, dict[str, float | None]]) -> None:
    for who, cells in expected.items():
        found = marks(course, who)
        assert set(found) == set(cells)
        for cell, (auto, manual, waits) in found.items():
            assert (auto, manual, waits) == (None if cells[cell] is None else pytest.approx(cells[cell], abs=1e-4), None, cells[cell] is None), (who, cell)


def check_gradebook(course: Course) -> None:
    """Is the database sound, and every mark a number from nothing to all, or waiting for a person?"""
    with closing(sqlite3.connect(course.assessments / "gradebook.db")) as book:
        assert book.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert book.execute("pragma foreign_key_check").fetchall() == []
    # NaN is NULL in SQLite, so a mark that is none must wait.
    odd = "select g.auto_score, c.max_score from grade g join grade_cells c on c.id = g.cell_id where "
    assert query(course, odd + "not (g.auto_score between 0 and c.max_score)") == []
    assert query(course, odd + "g.auto_score is null and g.manual_score is null and not g.needs_manual_grade") == []
    assert query(course, odd + "typeof(g.auto_score) not in ('real', 'integer', 'null')") == []


def _kept(course: Course) -> dict[str, Any]:
    """Everything that no stage may write, with content and permissions: what lies outside, and the course's own files."""
    home = course.root.parent
    inside = [course.root / "modules", course.questions, course.release, course.assessments / "source", home / "outside"]
    files = [path for folder in inside for path in sorted(folder.rglob("*")) if path.is_file()]
    names = sorted(path.name for path in home.iterdir()), sorted(path.name for path in course.root.iterdir())
    return {
        "names": names, **{str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode, path.stat().st_mtime_ns) for path in files},
    }  # fmt: skip


_COUNT = re.compile(r"(\d+) ([a-z ]+)")


def counts(out: str) -> dict[str, int]:
    """What the last line of a stage says."""
    return {name: int(number) for number, name in _COUNT.findall(out.rstrip("\n").split("\n")[-1])}


def agree(told: dict[str, int], result: dict[str, Any]) -> None:
    for name, value in result.items():
        assert told[name.replace("_", " ")] == (len(value) if isinstance(value, list) else value), name


def _collected(zygote: Zygote, course: Course, *files: Path) -> dict[str, Any]:
    done = zygote.run(course.root, "collect", "--json", *files)
    assert done.normal, done.err[-2000:]
    return json.loads(done.out)


def take_all(zygote: Zygote, course: Course, made: list[Case], mailed: list[Path], count: Count) -> dict[str, Any]:
    """Collect and grade everything; every case is in exactly one list, and what is printed agrees with it. The result of `grade`."""
    slugs = {f"{case.who}/{SLUG}": case for case in made}
    taken = _collected(zygote, course)
    refused = {one["where"] for one in taken["refused"]}
    assert all(one["reason"] for one in taken["refused"])
    assert len(refused) == len(taken["refused"]) and len(set(taken["collected"])) == len(taken["collected"])
    for name, case in slugs.items():
        assert (name in taken["collected"]) != (in_one_line(case.folder) in refused), case
    assert {in_one_line(name) for name in NO_SUBMISSIONS} <= refused
    # What is collected lies there, and nothing else.
    there = {f"{path.parent.name}/{path.name}" for path in (course.assessments / "submitted").glob("*/*")}
    assert there == set(taken["collected"])

    by_mail = _collected(zygote, course, *mailed) if mailed else {"collected": [], "skipped": [], "refused": []}
    told = {one["where"] for one in by_mail["refused"]}
    for path in mailed:
        # A file says itself whose it is; a folder in its place stands for the files in it.
        assert {in_one_line(str(path)), f"{path}/answers.json"} & told or f"{json.loads(path.read_bytes())['delegate']}/{SLUG}" in by_mail["collected"], path
    assert len(told) == len(by_mail["refused"]) and by_mail["skipped"] == []

    again = zygote.run(course.root, "collect")
    assert again.normal
    assert [line[:9] for line in again.err.split("\n")[:-1]] == ["refused: "] * len(refused), "one line each"
    assert counts(again.out) == {"collected": 0, "skipped": len(taken["collected"]), "refused": len(refused)}

    first = zygote.run(course.root, "grade", "--json")
    assert first.normal, first.err[-2000:]
    result = json.loads(first.out)
    everybody = set(taken["collected"]) | set(by_mail["collected"])
    not_graded = {one["where"] for one in result["refused"]}
    assert set(result["graded"]) | not_graded == everybody and not set(result["graded"]) & not_graded
    in_book = {f"{row[0]}/{SLUG}" for row in query(course, "select student_id from submitted_assignment")}
    assert in_book == set(result["graded"])
    second = zygote.run(course.root, "grade")
    assert second.normal
    expected = {**result, "unchanged": result["graded"], "graded": [], "moved": []}
    agree(counts(second.out), expected)
    every = len(made) + len(mailed) + len(NO_SUBMISSIONS)
    no = len(refused) + len(told) + len(not_graded)
    yes = sum(not name.startswith("d-") for name in result["graded"])
    # Files can say that they are of the same delegate: of these the newest counts.
    older = len(mailed) - len(told) - len(by_mail["collected"])
    assert no + yes + older == every
    count("damaged, hostile or absurd submissions", every)
    count("of these refused with a reason", no)
    count("of these graded, within the points there are", yes)
    count("of these sent by mail in the name of a delegate of whom a newer one counts", older)
    return result


def test_every_submission_is_graded_or_refused(
    gallery_once: Path, tmp_path: Path, long: bool, zygote: Zygote, count: Count
) -> None:
    """Over thousands of hostile submissions in the exchange and by mail: do all commands end normally, is each accounted for and
    counted, did nothing run, is nothing else touched, and do the honest ones among them get exactly their marks?"""
    batches, size = (10, 1000) if long else (1, 300)
    by = 1 if long else 2
    generated = hostile.generate(batches * size * (3 - by) // 3)
    for batch in range(batches):
        home = tmp_path / f"batch-{batch}"
        course = Course(shutil.copytree(gallery_once, home / "gallery"), {})
        (home / "outside").mkdir()
        (home / "outside" / "precious").write_bytes(dumped(frozen("precious")))
        inbound = course.exchange / course.id / "inbound"
        every = hostile.cases(batch * size, size - len(NO_SUBMISSIONS), generated, by)
        mail, mailed = home / "mail", list[Path]()
        mail.mkdir()
        made = []
        for number, case in enumerate(every):
            folder = case.write(mail if number % 10 == 9 else inbound)
            if number % 10 == 9:
                mailed.append(folder / "answers.json")
            else:
                made.append(case)
        for name in NO_SUBMISSIONS:
            (inbound / name).mkdir()
        expected = honest(course, size // 20, seed=batch)
        before = _kept(course)

        take_all(zygote, course, made, mailed, count)
        check_gradebook(course)
        check_marks(course, expected)
        for stage in ("feedback", "report"):
            done = zygote.run(course.root, stage)
            assert done.normal, done.err[-2000:]
        for who in expected:
            assert (course.assessments / "feedback" / who / SLUG / f"{SLUG}.html").is_file()
        check_gradebook(course)
        check_marks(course, expected)
        after = _kept(course)
        before["names"][1].append("var")
        assert {**after, "names": 0} == {**before, "names": 0} and set(after["names"][1]) <= set(before["names"][1])
        assert not list(home.rglob(CANARY)) and not (REPOSITORY / CANARY).exists()
        count("honest submissions among them, each with exactly its marks", len(expected))
        hostile.open_up(home)
        shutil.rmtree(home)


def _plant(course: Course, cases: list[Case]) -> None:
    """Put cases where an instructor could have copied them: straight into `submitted/`, past `course collect`."""
    for case in cases:
        folder = case.write(course.root.parent / "planting")
        target = course.assessments / "submitted" / case.who / SLUG
        target.parent.mkdir(parents=True)
        folder.rename(target)


def _on_disk(tmp_path: Path, gallery_once: Path) -> Course:
    course = Course(shutil.copytree(gallery_once, tmp_path / "home" / "gallery"), {})
    (tmp_path / "home" / "outside").mkdir()
    (tmp_path / "home" / "outside" / "precious").write_bytes(dumped(frozen("precious")))
    return course


def test_what_an_instructor_copies_into_submitted(gallery_once: Path, tmp_path: Path, long: bool, zygote: Zygote, count: Count) -> None:
    """Hostile folders straight in `submitted/`: is each graded or refused, and are the others' marks what they should be?"""
    course = _on_disk(tmp_path, gallery_once)
    # A link in place of one of the other files is the matter of the test below.
    every = [case for case in hostile.each_by_hand() if "link" not in case.kind]
    cases = every if long else every[::6]
    _plant(course, cases)
    expected = honest(course, 5, seed=7)
    assert zygote.run(course.root, "collect").normal
    before = _kept(course)
    done = zygote.run(course.root, "grade", "--json")
    assert done.normal, done.err[-2000:]
    result = json.loads(done.out)
    graded, refused = set(result["graded"]), {one["where"] for one in result["refused"]}
    assert graded | refused == {f"{who}/{SLUG}" for who in [*expected, *(case.who for case in cases)]} and not graded & refused
    check_gradebook(course)
    check_marks(course, expected)
    assert {**_kept(course), "names": 0} == {**before, "names": 0}
    assert not list(tmp_path.rglob(CANARY))
    count("of these planted in submitted/, each graded or refused", len(cases))
    hostile.open_up(tmp_path)


@pytest.mark.parametrize("name", ["timestamp.txt", "submission_secret.txt"])
def test_a_link_in_submitted(gallery_once: Path, tmp_path: Path, name: str, zygote: Zygote) -> None:
    """A link to the gradebook or outside in place of a file in `submitted/`: are the permissions of what it points to left alone?"""
    course = _on_disk(tmp_path, gallery_once)
    precious = tmp_path / "home" / "outside" / "precious"
    precious.chmod(0o640)
    folder = course.assessments / "submitted" / "d-1" / SLUG
    folder.mkdir(parents=True)
    hostile.fill(folder, "d-1")
    (folder / name).unlink()
    (folder / name).symlink_to(precious)
    assert zygote.run(course.root, "grade").normal
    assert precious.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["no delegate", "d-1+x"])
def test_an_odd_name_in_submitted(gallery_once: Path, tmp_path: Path, name: str, zygote: Zygote) -> None:
    """A folder in `submitted/` that is named after nobody: is it told, rather than passed over?"""
    course = _on_disk(tmp_path, gallery_once)
    folder = course.assessments / "submitted" / name / SLUG
    folder.mkdir(parents=True)
    hostile.fill(folder, "d-1")
    done = zygote.run(course.root, "grade")
    assert name in done.err


def test_beside_stock_nbgrader(gallery_once: Path, tmp_path: Path, long: bool, zygote: Zygote, count: Count) -> None:
    """Among hostile folders graded by nbgrader's own step: do the honest ones get their marks, and the refused ones none?"""
    course = _on_disk(tmp_path, gallery_once)
    expected = honest(course, 3, seed=8)
    assert zygote.run(course.root, "collect").normal
    odd = ("answers.json: a directory", "forged: a number", "forged: text for", "half of it", "attempts.json: thousands", "forged: script", "somebody else's receipt")
    cases = [case for case in hostile.each_by_hand() if case.kind.startswith(odd)]
    _plant(course, cases if long else cases[::3])
    before = _kept(course)
    zygote.run(course.root, "stock_autograde:")
    check_gradebook(course)
    check_marks(course, expected)
    assert {**_kept(course), "names": 0} == {**before, "names": 0}
    assert not list(tmp_path.rglob(CANARY))
    count("of these graded by stock nbgrader among honest ones", len(cases if long else cases[::3]))
