"""Export: everything that the course holds about one delegate, in one zip, for somebody who asks. No key, no secret, nobody else's."""

from __future__ import annotations

import json
import os
import re
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from course import books
from course.collected import Refusal, read_regular, unwritable
from course.content import Course
from course.errors import CourseError
from course.person import (
    ANSWERS, COLLECTED, EXPORTS, EXTENSIONS, GRADED, INBOUND, PAGES, RELEASED, ROWS, SECOND, SHARED, Person, export_path, find, unknown,
)  # fmt: skip
from course.store import FolderStore, fold
from course.submission import LARGEST, LARGEST_HISTORY, SubmissionError, as_time, now, read_submission

GIVEN = {
    ANSWERS: "all files below `answers/`",
    INBOUND: "all files below `submissions/exchange/`",
    COLLECTED: "all files below `submissions/collected/`",
    GRADED: "the answers in them, below `submissions/graded/`",
    ROWS: "`marks.json` and `second-marker.json`",
    EXTENSIONS: "`extensions.json`",
    RELEASED: "all files below `feedback/`",
}
"""Every kind of place that goes into an export, and where in it."""

LEFT_OUT = {
    GRADED: "Marked notebooks: they show the key of the assessment. The marks in them are in marks.json.",
    SECOND: "The copies of them that a second marker reads.",
    PAGES: "Feedback pages that are made and not released yet. Marks and comments are in marks.json, released or not.",
    SHARED: "Reports and logs about everybody: they are made of what is here, and tell of others.",
    EXPORTS: "Earlier files like this one.",
}
"""Every kind of place that does not, and why."""

_SECRET = re.compile(rb'"secret"\s*:\s*"(?:[^"\\\n]|\\.)*"?')
_DATA = {"answers.json": LARGEST, "attempts.json": LARGEST_HISTORY, "timestamp.txt": 1000}


@dataclass(frozen=True)
class Entry:
    """A file of the export, and what it is, in words for the delegate."""

    name: str
    data: bytes
    says: str


@dataclass
class ExportResult:
    """The zip, the files in it, and what could not be read into it."""

    path: Path
    files: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def export(course: Course, delegate: str, to: Path | None = None) -> ExportResult:
    """Write everything about a delegate into a zip. Raises CourseError where nothing is kept, or something cannot be used."""
    person = find(course, delegate)
    result = ExportResult(to or export_path(course, delegate))
    if result.path.is_dir():
        raise CourseError(f"{result.path} is a folder: name the file to write, such as {result.path / f'{delegate}.zip'}")
    entries = _distinct([*_answers(person), *_submissions(person, result), *_rows(person), *_extensions(person), *_feedback(person)])
    if not entries:
        raise unknown(delegate)
    at = now()
    entries.insert(0, Entry("README.txt", _readme(course, delegate, entries, result.refused, at).encode(), ""))
    _write(result.path, delegate, entries, at)
    result.files = [entry.name for entry in entries]
    return result


def _answers(person: Person) -> Iterator[Entry]:
    store = FolderStore(person.course.answers)
    for journal in person.journals:
        raw = _SECRET.sub(b'"secret":"(left out)"', journal.read_bytes())
        record = asdict(fold(store.events(person.delegate, journal.stem)))
        for attempt in record["attempts"]:
            del attempt["secret"]
            attempt["from_a_passport"] = attempt.pop("imported")
        yield Entry(f"answers/{_safe(journal.stem)}.json", _json(record), "the answers of a module as they are now: to the assessment, to practice, and every attempt with its receipt")
        yield Entry(f"answers/{_safe(journal.name)}", raw, "the same module's journal, line by line as it was saved: each answer when it was given")


def _submissions(person: Person, result: ExportResult) -> Iterator[Entry]:
    says = {
        "answers.json": "answers as they were submitted",
        "attempts.json": "the attempts before them",
        "timestamp.txt": "when they were submitted",
    }
    where = {"submitted": "collected", "autograded": "graded"}
    for folder in person.submissions:
        inbound = folder.parent.name == "inbound"
        parts = folder.name.split("+")[1:] if inbound else [folder.name]
        home = f"submissions/{'exchange' if inbound else where[folder.parent.parent.name]}/{'/'.join(map(_safe, parts))}"
        try:
            found = [(name, read_regular(folder / name, largest)) for name, largest in _DATA.items() if os.path.lexists(folder / name)]
            _check_owner(person, found)
        except SubmissionError as error:
            result.refused.append(Refusal(home.removeprefix("submissions/"), str(error)))
            continue
        for name, data in found:
            yield Entry(f"{home}/{name}", data, says[name])


def _check_owner(person: Person, found: list[tuple[str, bytes]]) -> None:
    """Raises SubmissionError where a folder holds more than any submission, or somebody else's. One that is damaged is nobody else's."""
    for name, data in found:
        if len(data) > _DATA[name]:
            raise SubmissionError(f"{name} is larger than any real one")
        if name == "answers.json":
            try:
                owner = read_submission(data).delegate
            except SubmissionError:
                continue
            if owner != person.delegate:
                raise SubmissionError("it holds the answers of somebody else")


def _rows(person: Person) -> Iterator[Entry]:
    for book in person.books:
        found = books.read(book, person.delegate)
        if not book.second and (found["person"] or found["assessments"]):
            yield Entry("marks.json", _json(found), "who you are to the gradebook, and for each question the points, whether a person gave them, and comments; also those not released yet")
        if book.second and (marked := _entered(found)):
            yield Entry("second-marker.json", _json(marked), "what a second marker, who checks how alike two people mark, entered; it does not count")


def _entered(found: books.Rows) -> books.Rows:
    """What the second marker entered; the rest of that gradebook is a copy of the first."""
    wanted = ("manual_points", "extra_points", "comment")
    every = {
        slug: {
            name: {"max_points": mark["max_points"], **{key: mark[key] for key in wanted if mark.get(key) is not None}}
            for name, mark in of["questions"].items()
            if any(mark.get(key) is not None for key in wanted)
        }
        for slug, of in found["assessments"].items()
    }
    return {slug: marks for slug, marks in every.items() if marks}


def _extensions(person: Person) -> Iterator[Entry]:
    if person.extensions:
        granted = {slug: one.model_dump(mode="json", exclude_defaults=True) for slug, one in person.extensions.items()}
        yield Entry("extensions.json", _json(granted), "longer time and further attempts that were granted")


def _feedback(person: Person) -> Iterator[Entry]:
    for path, result in person.released:
        name = _safe(result.assessment) if result else "page"
        yield Entry(f"feedback/{name}.html", path.read_bytes(), "a feedback page that is released")


def _readme(course: Course, delegate: str, entries: list[Entry], refused: list[Refusal], at: str) -> str:
    when = as_time(at).strftime("%d %B %Y, %H:%M:%S UTC")
    lines = [
        f"What the course “{course.file.title}” keeps about the delegate {delegate}",
        "",
        f"Made on {when}. All times in these files are UTC.",
        "Files that end in .json or .jsonl are text: any editor opens them. Files that end in .html open in a browser.",
        "",
        "WHAT IS HERE",
        "",
        *(line for entry in entries for line in (entry.name, f"    {entry.says}.")),
        "",
        "WHAT IS NOT HERE",
        "",
        "- The secret of each submission, which names its feedback page on the server. Where a journal had one, it says “(left out)”.",
        "- Your browser's cookie. The server does not keep it.",
        *(f"- {why}" for why in LEFT_OUT.values()),
        *(f"- {refusal}." for refusal in refused),
        "",
        "A passport that was loaded here may have brought work that was done under another number; the journal then names that number.",
        "",
    ]
    return "\n".join(lines)


def _write(path: Path, delegate: str, entries: list[Entry], at: str) -> None:
    """The whole zip or none; for nobody else on this machine to read."""
    draft = path.with_name(f".{delegate}+{secrets.token_hex(4)}.zip")
    moment = as_time(at).timetuple()[:6]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for entry in entries:
                    info = zipfile.ZipInfo(entry.name, moment)
                    info.external_attr = 0o600 << 16
                    archive.writestr(info, entry.data, zipfile.ZIP_DEFLATED)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unwritable(path, error) from error
        raise


def _distinct(entries: list[Entry]) -> list[Entry]:
    """The same entries, no two under one name on any system: a second one is numbered."""
    taken: set[str] = set()
    found = []
    for entry in entries:
        stem, dot, ending = entry.name.rpartition(".")
        name, number = entry.name, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}{dot}{ending}"
        taken.add(name.lower())
        found.append(Entry(name, entry.data, entry.says))
    return found


def _safe(name: str) -> str:
    """A name that every system takes and that leads nowhere else."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip(".")[:80] or "unnamed"


def _json(content: Any) -> bytes:
    # Half a character, as a journal can hold one, becomes the escape that JSON has for it.
    return (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8", "backslashreplace")
