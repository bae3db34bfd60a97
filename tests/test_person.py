"""One delegate: everything that is kept goes into the export, and all of it goes when it is to be forgotten; nobody else's."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine

import canaries
from course import books, person
from course.build import build
from course.cli import main
from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.export import GIVEN, LEFT_OUT, export
from course.extensions import grant, read_extensions
from course.feedback import feedback
from course.forget import forget
from course.grade import grade
from course.nbgrader_setup import open_gradebook
from course.person import PLACES, find, is_named
from course.report import report
from course.second import second
from course.store import FolderStore, fold
from course.submit import submit
from road import RIGHT, mark_by_hand, query, rows, set_policy
from second_marker import other

WHO = "d-4f1c"
NEAR = ("d-4f1c0", "d-4f1c.5", "d-4f1", "D-9")
"""Ids that begin as the delegate's does, or the other way round."""
FAR = ("d-70", "d-71")

_WORDS = {WHO: "aldertree", **dict(zip((*NEAR, *FAR), ("birch", "cedar", "dogwood", "elm", "fir", "gorse"), strict=True))}
COMMENT, SECOND_COMMENT, PRACTISED, NAME, MAIL = "COMMENT-TO-ALDER", "SECOND-TO-ALDER", "717.25", "Alderson", "alder@example.org"


def work(course: Course, delegate: str, attempts: int = 1) -> None:
    """Practise, answer and submit as a page does."""
    store = FolderStore(course.answers)
    for number in range(attempts):
        answers = {**RIGHT, "describe": f"The river {_WORDS[delegate]} number {number}."}
        store.append(delegate, "mini", [{"kind": "answer", "at": f"2026-01-01T10:00:0{number}Z", "question": name, "answer": given} for name, given in answers.items()])
        submit(course, store, delegate, "mini")
    given = PRACTISED if delegate == WHO else "3"
    store.append(delegate, "mini", [{"kind": "practice", "at": "2026-01-01T11:00:00Z", "question": "practice-length", "answer": given}])


def cohort(course: Course, others: tuple[str, ...]) -> Course:
    """A course in which everything that can be kept about a delegate is kept, of several."""
    set_policy(course, '{attempts: 3, due: "2999-01-01 00:00 UTC"}')
    for delegate in others:
        work(course, delegate)
    work(course, WHO, 2)
    for delegate in (WHO, *others[:2]):
        grant(course, delegate, "mini", "2999-02-01 00:00 UTC", 1)
    collect(course)
    grade(course)
    second(course)
    mark_by_hand(other(course), WHO, "describe", 1.5, SECOND_COMMENT)
    mark_by_hand(other(course), others[0], "describe", 2.5, "Second.")
    with closing(sqlite3.connect(course.assessments / "gradebook.db", isolation_level=None)) as raw:
        # What an editor of comments leaves behind in pages that are free again.
        raw.execute("pragma secure_delete = off")
        for comment in ("ALDER-DRAFT " * 1000, None):
            raw.execute("update comment set manual_comment = ?", (comment,))
    mark_by_hand(course, WHO, "describe", 3, COMMENT)
    mark_by_hand(course, others[0], "describe", 2, "First.")
    with open_gradebook(course) as book:
        book.update_or_create_student(WHO, last_name=NAME, email=MAIL)
    feedback(course)
    report(course)
    export(course, WHO)
    export(course, others[0])
    (course.assessments / ".nbgrader.log").write_text(f"Autograding {WHO}\n")
    (course.assessments / "grades.csv").write_text(f"mini,{WHO},{NAME}\n")
    return course


@pytest.fixture(scope="module")
def once(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both cohorts, to be copied: with ids that resemble the delegate's, and with others."""
    found = {}
    for name, others in {"near": NEAR, "far": FAR}.items():
        root = tmp_path_factory.mktemp("people") / name
        shutil.copytree(built_once, root)
        found[name] = cohort(Course(root, {}), others).root
    return found


@pytest.fixture
def near(once: dict[str, Path], tmp_path: Path) -> Course:
    shutil.copytree(once["near"], tmp_path / "near")
    return Course(tmp_path / "near", {})


@pytest.fixture
def far(once: dict[str, Path], tmp_path: Path) -> Course:
    shutil.copytree(once["far"], tmp_path / "far")
    return Course(tmp_path / "far", {})


def secrets_of(course: Course, delegate: str) -> list[str]:
    return [one.secret for one in fold(FolderStore(course.answers).events(delegate, "mini")).attempts]


def traces(course: Course, delegate: str = WHO) -> dict[str, bytes]:
    """What only one delegate has: read before it is forgotten."""
    attempts = fold(FolderStore(course.answers).events(delegate, "mini")).attempts
    texts = [delegate, _WORDS[delegate], *(one.secret for one in attempts), *(one.submission["receipt"][:12] for one in attempts)]
    return {text: text.encode() for text in [*texts, *([COMMENT, SECOND_COMMENT, "ALDER-DRAFT", PRACTISED, NAME, MAIL] if delegate == WHO else [])]}


def where(course: Course, wanted: dict[str, bytes]) -> list[tuple[str, str]]:
    """Every file, by name or in any byte, in which something wanted stands."""
    found = []
    for path in sorted(course.root.rglob("*")):
        data = str(path.relative_to(course.root)).encode() + (b"\n" + path.read_bytes() if path.is_file() else b"")
        found += [(str(path.relative_to(course.root)), text) for text, pattern in wanted.items() if pattern in data]
    return found


def hashes(course: Course) -> dict[str, str]:
    return {str(path.relative_to(course.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in course.root.rglob("*") if path.is_file()}


def books_of(course: Course) -> list[dict[str, list[tuple[Any, ...]]]]:
    return [rows(course), rows(other(course))]


def without(tables: list[dict[str, list[tuple[Any, ...]]]], delegate: str) -> list[dict[str, list[tuple[Any, ...]]]]:
    return [{name: [row for row in found if delegate not in row] for name, found in book.items()} for book in tables]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def released(course: Course) -> list[bytes]:
    return [path.read_bytes() for path in sorted((course.exchange / course.id / "feedback").iterdir())]


# Export


def test_the_export_holds_everything(near: Course) -> None:
    """Are answers, practice, attempts, submissions, marks of both markers, comments, extension and released feedback in it?"""
    result = export(near, WHO)
    found = members(result.path)
    assert result.path == near.root / "var" / "export" / f"{WHO}.zip" and list(found) == result.files and not result.refused
    record = json.loads(found["answers/mini.json"])
    assert record["answers"]["describe"] == "The river aldertree number 1." and record["practice"] == {"practice-length": PRACTISED}
    receipts = [one.submission["receipt"] for one in fold(FolderStore(near.answers).events(WHO, "mini")).attempts]
    assert [one["submission"]["receipt"] for one in record["attempts"]] == receipts and len(receipts) == 2
    assert found["answers/mini.jsonl"].count(b"\n") == len((near.answers / WHO / "mini.jsonl").read_bytes().splitlines())
    handed_in = [json.loads(data) for name, data in found.items() if name.startswith("submissions/exchange/") and name.endswith("/answers.json")]
    assert sorted(one["receipt"] for one in handed_in) == sorted(receipts)
    for stage in ("collected", "graded"):
        assert json.loads(found[f"submissions/{stage}/mini/answers.json"])["receipt"] == receipts[1]
        assert json.loads(found[f"submissions/{stage}/mini/attempts.json"])["attempts"][0]["receipt"] == receipts[0]
        assert found[f"submissions/{stage}/mini/timestamp.txt"].endswith(b" UTC")
    marks = json.loads(found["marks.json"])
    assert (marks["person"]["last_name"], marks["person"]["email"]) == (NAME, MAIL)
    mini = marks["assessments"]["mini"]
    assert mini["receipt"] == receipts[1] and mini["penalty"] == 0.0 and mini["submitted_at"].endswith("Z") and mini["extension"] == "31 days, 0:00:00"
    assert mini["questions"]["describe"] == {
        "points": 3.0, "max_points": 4.0, "marked": "manual", "automatic_points": None, "manual_points": 3.0, "extra_points": None, "comment": COMMENT,
    }  # fmt: skip
    assert (mini["questions"]["length"]["points"], mini["questions"]["length"]["marked"]) == (1.0, "automatic")
    assert json.loads(found["second-marker.json"]) == {"mini": {"describe": {"max_points": 4.0, "manual_points": 1.5, "comment": SECOND_COMMENT}}}
    assert json.loads(found["extensions.json"]) == {"mini": {"until": "2999-02-01 00:00 UTC", "attempts": 1}}
    assert found["feedback/mini.html"] == (near.assessments / "feedback" / WHO / "mini" / "mini.html").read_bytes()


def test_nothing_of_anybody_else_and_no_secret_is_in_it(near: Course) -> None:
    """Is no secret, no name of a feedback file, no other id and no other delegate's word in any file or name?"""
    found = members(export(near, WHO).path)
    everything = b"\n".join(name.encode() + b"\n" + data for name, data in found.items())
    for delegate in (WHO, *NEAR):
        for secret in secrets_of(near, delegate):
            assert secret.encode() not in everything
    for page in (near.exchange / near.id / "feedback").iterdir():
        assert page.stem.encode() not in everything
    for delegate in NEAR:
        assert _WORDS[delegate].encode() not in everything
        assert not re.search(rb"(?<![\w.-])" + re.escape(delegate.encode()) + rb"(?![\w-]|\.\w)", everything)


def test_no_key_is_in_it(built: Course) -> None:
    """With marks planted in every key: is none in the export, but on the feedback page that shows them to its owner?"""
    canaries.plant(built.questions)
    build(built)
    work(built, WHO)
    collect(built)
    grade(built)
    assert canaries.secrets_in((built.assessments / "autograded" / WHO / "mini" / "mini.ipynb").read_bytes()), "the search finds what is there"
    feedback(built, release=False)
    assert not [name for name, data in members(export(built, WHO).path).items() if canaries.secrets_in(data)]
    feedback(built)
    found = members(export(built, WHO).path)
    assert [name for name, data in found.items() if canaries.secrets_in(data)] == ["feedback/mini.html"] and [found["feedback/mini.html"]] == released(built)
    assert query(built, "select key_digest from course_settled")[0][0].encode() not in b"".join(found.values())


def test_a_page_that_is_not_released_stays_here(built: Course) -> None:
    """Are pages made and not released left out, marks not, and does the README say both?"""
    work(built, WHO)
    collect(built)
    grade(built)
    feedback(built, release=False)
    found = members(export(built, WHO).path)
    assert not [name for name in found if name.startswith("feedback/")] and "marks.json" in found
    assert "not released yet" in found["README.txt"].decode() and "released or not" in found["README.txt"].decode()


def test_the_readme_says_what_each_file_is(near: Course) -> None:
    """Is every file named and explained, with when it was made and that times are UTC?"""
    found = members(export(near, WHO).path)
    lines = found["README.txt"].decode().splitlines()
    assert WHO in lines[0] and re.search(r"Made on .* UTC\. All times in these files are UTC\.", lines[2])
    for name in list(found)[1:]:
        assert lines[lines.index(name) + 1].startswith("    ")


def test_export_and_forgetting_know_the_same_places() -> None:
    """Does the export give or leave out, with its reason, every kind of place that forgetting empties?"""
    assert set(GIVEN) | set(LEFT_OUT) == set(PLACES)


def test_names_in_the_zip_lead_nowhere(near: Course) -> None:
    """Are the names of members plain, relative and all different, whatever lies in the exchange?"""
    source = next(folder for folder in (near.exchange / near.id / "inbound").glob(f"{WHO}+*"))
    shutil.copytree(source, source.with_name(f"{WHO}+..\\..\\con+time+x"))
    shutil.copytree(source, source.with_name(f"{WHO}+MINI+{source.name.split('+', 2)[2]}"))
    names = list(members(export(near, WHO).path))
    assert all(re.fullmatch(r"([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_links_and_strangers_in_the_exchange_are_refused(near: Course) -> None:
    """Is a link to another's file, or another's answers under the delegate's name, left out and told?"""
    inbound = near.exchange / near.id / "inbound"
    theirs = next(inbound.glob("D-9+*"))
    link, copy = inbound / f"{WHO}+mini+link+1", inbound / f"{WHO}+mini+copy+2"
    link.mkdir()
    (link / "answers.json").symlink_to(theirs / "answers.json")
    shutil.copytree(theirs, copy)
    result = export(near, WHO)
    assert [refusal.where for refusal in result.refused] == ["exchange/mini/copy/2", "exchange/mini/link/1"]
    found = members(result.path)
    assert b"elm" not in b"".join(found.values()) and "somebody else" in found["README.txt"].decode()


def test_a_torn_journal_gives_no_secret(near: Course) -> None:
    """Is a secret masked also in a line that a crash tore, and does an answer that only looks like one stay?"""
    journal = near.answers / WHO / "mini.jsonl"
    secret = secrets_of(near, WHO)[0]
    said = json.dumps({"kind": "practice", "at": "2026-01-01T12:00:00Z", "question": "q", "answer": '"secret":"mine" \ud83d'})
    with journal.open("ab") as file:
        file.write(f'{said}\n{{"kind":"submit","secret":"{secret[:40]}'.encode())
    found = members(export(near, WHO).path)
    assert secret[:20].encode() not in b"".join(found.values())
    assert said.encode() in found["answers/mini.jsonl"] and "mine" in json.loads(found["answers/mini.json"])["practice"]["q"]


def test_the_zip_is_whole_or_not_there(near: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the file private, and after a failure is the earlier one untouched, with nothing left beside it?"""
    to = near.root / "out" / "who.zip"
    export(near, WHO, to)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    before = to.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(CourseError, match="no space left"):
        export(near, WHO, to)
    assert to.read_bytes() == before and [path.name for path in to.parent.iterdir()] == ["who.zip"]
    with pytest.raises(CourseError, match="is a folder"):
        export(near, WHO, to.parent)


def test_exporting_changes_nothing_else(near: Course) -> None:
    """Is every other file the same afterwards, also before anybody was graded?"""
    before = hashes(near)
    export(near, WHO, near.root / "who.zip")
    after = hashes(near)
    after.pop("who.zip")
    assert after == before


def test_who_only_practised_is_exported_and_forgotten(built: Course) -> None:
    """Is somebody known who never submitted, in a gradebook where nobody was graded?"""
    FolderStore(built.answers).append(WHO, "mini", [{"kind": "practice", "at": "2026-01-01T11:00:00Z", "question": "q", "answer": "1"}])
    before = hashes(built)
    assert list(members(export(built, WHO, built.root / "x.zip").path)) == ["README.txt", "answers/mini.json", "answers/mini.jsonl"]
    (built.root / "x.zip").unlink()
    assert hashes(built) == before
    forget(built, WHO, really=True)
    assert where(built, {WHO: WHO.encode()}) == []


# Forget


def test_not_a_byte_stays(far: Course) -> None:
    """Is no id, answer, comment, name, receipt or secret left in any name or byte of any file, free pages of the gradebooks included?"""
    wanted = traces(far)
    found = {text for _, text in where(far, wanted)}
    assert found == set(wanted), "the search finds what is there"
    with closing(sqlite3.connect(far.assessments / "gradebook.db")) as raw:
        assert raw.execute("pragma freelist_count").fetchone()[0] > 0
    forget(far, WHO, really=True)
    assert where(far, wanted) == []


def test_nobody_elses_rows_and_files_change(near: Course) -> None:
    """With ids that begin alike: are all rows of others the same, and all files but those about everybody?"""
    tables, before = books_of(near), hashes(near)
    forget(near, WHO, really=True)
    assert books_of(near) == without(tables, WHO) != tables
    after = hashes(near)
    shared = {"assessments/gradebook.db", "assessments/second/gradebook.db", "var/exchange/mini-course/extensions.json"}
    assert {name for name in after if before.get(name) != after[name]} <= shared
    for name in before.keys() - after.keys():
        mine = name.startswith("var/report/") or name in ("assessments/.nbgrader.log", "assessments/grades.csv") or re.search(rf"(^|/){re.escape(WHO)}(/|\+|\.zip$)", name)
        assert mine or name.startswith("var/exchange/mini-course/feedback/"), name
    assert len(released(near)) == len(NEAR)
    assert set(read_extensions(near, "mini")) == set(NEAR[:2])


def test_the_course_goes_on(near: Course) -> None:
    """Do collect, grade, second, feedback and report work afterwards, without the delegate, and with one who comes again?"""
    forget(near, WHO, really=True)
    assert not collect(near).collected
    grade(near)
    second(near)
    assert sorted(name.split("/")[0] for name in feedback(near).released) == sorted(NEAR)
    assert WHO not in {row[0] for row in report(near).cohort}
    work(near, WHO)
    assert collect(near).collected == [f"{WHO}/mini"] and grade(near).graded == [f"{WHO}/mini"]


def test_without_yes_nothing_changes(near: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is everything that would go listed, what cannot be reached said, and not a byte changed?"""
    monkeypatch.chdir(near.root)
    before = hashes(near)
    assert main(["forget", WHO]) == 0
    out = capsys.readouterr().out
    assert hashes(near) == before
    told = [line.removeprefix("would remove: ") for line in out.splitlines() if line.startswith("would remove: ")]
    assert f"var/answers/{WHO}" in told and "the extension for mini" in told and f"assessments/second/autograded/{WHO}" in told
    assert f"course forget {WHO} --yes" in out and "passport" in out and "backups" in out and "course collect FILE" in out
    assert main(["forget", WHO, "--yes"]) == 0
    said = capsys.readouterr().out
    assert [line.removeprefix("removed: ") for line in said.splitlines() if line.startswith("removed: ")] == told
    assert "2 submissions in the exchange" in said and "1 answer folders" in said


def test_a_second_run_finds_nothing(far: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Is forgetting twice harmless, and does it say that nothing is kept, as for an id with a slip in it?"""
    monkeypatch.chdir(far.root)
    forget(far, WHO, really=True)
    before, tables = hashes(far), books_of(far)
    for arguments in (["forget", WHO], ["forget", WHO, "--yes"], ["export-delegate", WHO]):
        assert main(arguments) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.startswith(f"nothing is kept about {WHO}: ") and "`course report`" in err
    assert books_of(far) == tables
    assert {name for name, digest in hashes(far).items() if before[name] != digest} <= {"assessments/gradebook.db", "assessments/second/gradebook.db"}


class _Killed(BaseException):
    """As sudden as a signal: nothing tidies up after it."""


def _fail_at(patch: pytest.MonkeyPatch, number: int) -> Callable[[], int]:
    """Let the n-th change on disk be the last one, in whichever step it falls; returns how many there were."""
    done = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done > number:
                raise _Killed
            return call(*arguments, **named)

        return changed

    for name in ("unlink", "rmdir", "replace"):
        patch.setattr(os, name, counted(getattr(os, name)))
    for name in ("remove", "compact"):
        patch.setattr(books, name, counted(getattr(books, name)))
    return lambda: done


def test_cut_short_anywhere_another_run_completes_it(once: dict[str, Path], tmp_path: Path) -> None:
    """Killed after any one change: does a second run leave nothing, and others as they were?"""
    source = Course(once["far"], {})
    wanted, tables = traces(source), without(books_of(source), WHO)
    number, cut = 0, True
    while cut:
        shutil.copytree(once["far"], tmp_path / str(number))
        course = Course(tmp_path / str(number), {})
        with pytest.MonkeyPatch.context() as patch:
            _fail_at(patch, number)
            try:
                forget(course, WHO, really=True)
                cut = False
            except _Killed:
                pass
        if cut:
            forget(course, WHO, really=True)
        assert where(course, wanted) == [], number
        assert books_of(course) == tables, number
        shutil.rmtree(course.root)
        number += 1
    assert number > 30


@pytest.mark.parametrize("number", [3, 9, 20])
def test_killed_by_a_signal(number: int, far: Course) -> None:
    """The same with a process that is really killed: is the rest of it completed by the command?"""
    wanted = traces(far)
    code = f"""
import os, signal
from course.content import Course
from course.forget import forget
done = 0
def counted(call):
    def changed(*arguments, **named):
        global done
        done += 1
        if done > {number}:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return changed
os.unlink, os.rmdir = counted(os.unlink), counted(os.rmdir)
forget(Course.find(), {WHO!r}, really=True)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=far.root, capture_output=True, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert where(far, wanted)
    forget(far, WHO, really=True)
    assert where(far, wanted) == []


def test_pages_go_before_the_secrets_that_lead_to_them() -> None:
    """Is whatever holds a secret removed after the released pages?"""
    after = PLACES[PLACES.index(person.RELEASED) + 1 :]
    assert {person.PAGES, person.GRADED, person.COLLECTED, person.INBOUND, person.ANSWERS} == set(after)


def test_a_page_without_data_is_found_by_its_secret(far: Course) -> None:
    """Does a released page that nobody can read go, and one whose secret was replaced, but no page of anybody else?"""
    home = far.exchange / far.id / "feedback"
    mine = next(page for page in home.iterdir() if f'"{WHO}"'.encode() in page.read_bytes())
    content = mine.read_bytes()
    mine.write_text("aldertree")
    (home / "0123456789abcdef.html").write_bytes(content)
    (home / "unreadable.html").write_text("nobody's")
    forget(far, WHO, really=True)
    assert "unreadable.html" in {page.name for page in home.iterdir()} and len(released(far)) == len(FAR) + 1


def test_an_extension_alone_and_a_draft_of_one_go(built: Course) -> None:
    """Is somebody known who was only ever granted something, and what an interrupted grant left removed?"""
    set_policy(built, '{attempts: 3, due: "2999-01-01 00:00 UTC"}')
    grant(built, WHO, "mini", None, 1)
    path = built.exchange / built.id / "extensions.json"
    shutil.copy(path, path.with_name(".extensions.json.new"))
    forget(built, WHO, really=True)
    assert where(built, {WHO: WHO.encode()}) == []


def test_a_passport_loaded_elsewhere_is_told(far: Course) -> None:
    """Is another number that loaded the delegate's passport named and left alone, and copies that somebody made as well?"""
    store = FolderStore(far.answers)
    events = store.events(WHO, "mini")
    store.append("d-71", "mini", [{**event, "from": "passport"} for event in events if event["kind"] == "submit"])
    (far.root / "var" / "old.csv").write_text(f"x,{WHO}\n")
    shutil.copy(far.assessments / "gradebook.db", far.assessments / "gradebook.db.2026")
    before = (far.answers / "d-71" / "mini.jsonl").read_bytes()
    report_goes, *notes = forget(far, WHO, really=True).notes
    assert "`course report` makes the report anew" in report_goes
    assert len(notes) == 3 and "forget d-71 as well" in notes[0]
    assert "gradebook.db.2026" in notes[1] and "var/old.csv" in notes[2]
    assert (far.answers / "d-71" / "mini.jsonl").read_bytes() == before
    assert len(released(far)) == len(FAR)


def test_the_learner_of_this_home(far: Course) -> None:
    """Where there is one learner for a home: does the file that says who goes with its owner, and stay for anybody else?"""
    path = far.answers / "learner"
    path.write_text("d-70\n")
    forget(far, WHO, really=True)
    assert path.is_file()
    with pytest.raises(CourseError, match="nothing is kept"):
        forget(far, "learner", really=True)
    assert path.is_file()
    forget(far, "d-70", really=True)
    assert not path.exists() and "d-71" in {row[0] for row in rows(far)["students"]}


def test_a_link_is_taken_away_and_not_followed(far: Course) -> None:
    """When a delegate's folder is a link to another's: does only the link go?"""
    home = far.assessments / "submitted"
    shutil.rmtree(home / WHO)
    (home / WHO).symlink_to(home / "d-70")
    forget(far, WHO, really=True)
    assert not (home / WHO).is_symlink() and (home / "d-70" / "mini" / "answers.json").is_file()


def test_an_own_file_in_the_report_stays(far: Course) -> None:
    """Is the report removed whole because it tells of the delegate, and a file that no report writes left and told?"""
    own = far.root / "var" / "report" / "notes.txt"
    own.write_text(f"talk to {WHO}.")
    assert [note for note in forget(far, WHO, really=True).notes if "notes.txt" in note]
    assert [path.name for path in own.parent.iterdir()] == ["notes.txt"]
    report(far)
    FolderStore(far.answers).append("d-99", "mini", [{"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": "length", "answer": "1"}])
    forget(far, "d-99", really=True)
    assert (own.parent / "cohort.csv").is_file(), "a report that does not tell of the delegate stays"


def test_a_damaged_extensions_file_stops_before_anything_goes(far: Course) -> None:
    """Is nothing removed where something cannot be read?"""
    (far.exchange / far.id / "extensions.json").write_text("{")
    before = hashes(far)
    with pytest.raises(CourseError, match="extensions.json"):
        forget(far, WHO, really=True)
    assert hashes(far) == before


def test_a_gradebook_in_use_is_said(far: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody is writing into the gradebook: is that one clear line, and does another run complete it?"""
    wanted = traces(far)
    monkeypatch.setattr(books, "create_engine", lambda url, **named: create_engine(url, connect_args={"timeout": 0}, **named))
    with closing(sqlite3.connect(far.assessments / "gradebook.db", isolation_level=None)) as raw:
        raw.execute("begin immediate")
        with pytest.raises(CourseError, match="gradebook cannot be used"):
            forget(far, WHO, really=True)
    forget(far, WHO, really=True)
    assert where(far, wanted) == []


def test_only_a_file_is_written_anew(far: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are the deletions plain SQL, and the pragmas and the vacuum for SQLite alone?"""
    monkeypatch.setattr(books.Book, "file", None)
    monkeypatch.setattr(books, "compact", lambda book: pytest.fail("not for this database"))
    said: list[str] = []
    run = Connection.exec_driver_sql
    monkeypatch.setattr(Connection, "exec_driver_sql", lambda self, text, *more: said.append(text) or run(self, text, *more))
    (first,) = (book for book in find(far, WHO).books if not book.second)
    tables = rows(far)
    books.remove(first, WHO)
    assert [rows(far)] == without([tables], WHO)
    # What SQLAlchemy itself asks SQLite about a table.
    assert not [text for text in said if "table_info" not in text]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a+b", "*", "a\n", "-x", "x" * 65])
def test_what_is_no_id_is_refused(name: str, built: Course) -> None:
    """Does an id that could mean something else than a delegate touch nothing?"""
    for stage in (export, forget):
        with pytest.raises(CourseError, match="is not a delegate's id"):
            stage(built, name)


@pytest.mark.parametrize(
    ("text", "found"),
    [("d-1", True), ('"d-1"', True), ("x,d-1\n", True), ("talk to d-1.", True), ("d-10", False), ("d-1.5", False), ("xd-1", False), ("a.d-1", False), ("d-1_", False)],
)
def test_an_id_is_a_whole_word(text: str, found: bool, tmp_path: Path) -> None:
    """Is `d-1` not found in `d-10`?"""
    (tmp_path / "x").write_text(text)
    assert is_named(tmp_path / "x", "d-1") is found
