"""Where everything of one delegate lies: the one list that exporting and forgetting both use, so that they cannot disagree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course.books import Book, books
from course.collected import SECRET, read_secret
from course.content import Course
from course.errors import CourseError, SaveError
from course.extensions import Extension, extensions_path, granted_to
from course.report import is_report
from course.result import Result, feedback_path, read_result
from course.second import second_folder
from course.store import FolderStore
from course.submission import SubmissionError, is_delegate

SHARED, EXPORTS, EXTENSIONS, ROWS = "reports and logs", "exports", "extensions", "rows"
SECOND, RELEASED, PAGES = "notebooks of the second marker", "released pages", "feedback folders"
GRADED, COLLECTED, INBOUND, ANSWERS = "graded folders", "collected folders", "submissions in the exchange", "answer folders"

PLACES = (SHARED, EXPORTS, EXTENSIONS, SECOND, ROWS, RELEASED, PAGES, GRADED, COLLECTED, INBOUND, ANSWERS)
"""Every kind of place, in the order in which a delegate is forgotten: last those with the secrets, which lead to the released pages."""


@dataclass(frozen=True)
class Person:
    """One delegate of a course. Nothing is read before it is asked for."""

    course: Course
    delegate: str

    @cached_property
    def paths(self) -> dict[str, list[Path]]:
        """By kind of place: the files and folders that are this delegate's alone, or, the shared ones, name the delegate."""
        course, name = self.course, self.delegate
        second = second_folder(course)
        return {
            SHARED: self._shared(),
            EXPORTS: [export_path(course, name), *_those(course.root / "var" / "export", rf"\.{re.escape(name)}\+.*")],
            SECOND: [second / stage / name for stage in ("autograded", "submitted", "feedback")],
            RELEASED: [path for path, _ in self.released],
            PAGES: [course.assessments / "feedback" / name],
            GRADED: [course.assessments / "autograded" / name],
            COLLECTED: [course.assessments / "submitted" / name],
            # A name with a dot is a submission that never became whole.
            INBOUND: _those(course.exchange / course.id / "inbound", rf"\.?{re.escape(name)}\+.*"),
            # Not a file: an id may be a word that names one.
            ANSWERS: [*self._learner(), *(folder for folder in [course.answers / name] if folder.is_dir())],
        }

    def there(self, place: str) -> list[Path]:
        """The files and folders of one kind that are there."""
        return [path for path in self.paths[place] if os.path.lexists(path)]

    @cached_property
    def books(self) -> list[Book]:
        return books(self.course)

    @cached_property
    def extensions(self) -> dict[str, Extension]:
        return granted_to(self.course, self.delegate)

    @cached_property
    def journals(self) -> list[Path]:
        return sorted((self.course.answers / self.delegate).glob("*.jsonl"))

    @cached_property
    def submissions(self) -> list[Path]:
        """The folder of every submission: in the exchange, collected, graded; in each the newest last."""
        folders = _those(self.course.exchange / self.course.id / "inbound", rf"{re.escape(self.delegate)}\+.*")
        for stage in ("submitted", "autograded"):
            folders += _those(self.course.assessments / stage / self.delegate, r"[^.].*")
        return [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]

    @cached_property
    def secrets(self) -> set[tuple[str, str]]:
        """The secret of every submission that is known, and its assessment."""
        found = set()
        for folder in [*self.submissions, *_those(self.course.assessments / "feedback" / self.delegate, r"[^.].*")]:
            try:
                found.add((read_secret(folder), assessment_of(folder)))
            except SubmissionError:
                continue
        return found | set(self._kept_secrets())

    @cached_property
    def released(self) -> list[tuple[Path, Result | None]]:
        """The released pages that say whose they are, and those that a secret leads to and that nobody can read."""
        led = {feedback_path(self.course.exchange, self.course.id, secret, slug) for secret, slug in self.secrets}
        found = []
        for path in _those(self.course.exchange / self.course.id / "feedback", r".*\.html"):
            result = _result(path)
            if result.delegate == self.delegate if result else path in led:
                found.append((path, result))
        return found

    def _kept_secrets(self) -> Iterator[tuple[str, str]]:
        store = FolderStore(self.course.answers)
        for journal in self.journals:
            try:
                events = store.events(self.delegate, journal.stem)
            except SaveError as error:
                raise CourseError(f"{journal}: cannot be read: check its permissions") from error
            for event in events:
                frozen, secret = event.get("submission"), event.get("secret")
                # A passport may have brought those of another number, whose pages are not this delegate's.
                if isinstance(frozen, dict) and frozen.get("delegate") == self.delegate and isinstance(secret, str) and SECRET.fullmatch(secret):
                    yield secret, str(frozen.get("assessment"))

    def _learner(self) -> list[Path]:
        """What says who the one learner of this home is, where it is this delegate."""
        files = _those(self.course.answers, r"learner|\.learner\..*")
        return [path for path in files if path.is_file() and path.read_bytes().strip() == self.delegate.encode()]

    def _shared(self) -> list[Path]:
        """Files about everybody that can be made again, where they name this delegate; last those that tell that they do."""
        course = self.course
        folder = course.root / "var" / "report"
        report = sorted((is_named(path, self.delegate), path) for path in _those(folder, r".*") if is_report(path.name))
        homes = (course.assessments, second_folder(course))
        single = [home / name for home in homes for name in (".nbgrader.log", "grades.csv")]
        named = [path for path in single if path.is_file() and is_named(path, self.delegate)]
        return ([path for _, path in report] if any(tells for tells, _ in report) else []) + named


def find(course: Course, delegate: str) -> Person:
    """Raises CourseError where that is no delegate's id."""
    if not is_delegate(delegate):
        raise CourseError(f"{delegate[:64]!r} is not a delegate's id: take it from `course report`, or from the delegate's page")
    return Person(course, delegate)


def unknown(delegate: str) -> CourseError:
    return CourseError(
        f"nothing is kept about {delegate}: `course report` lists the ids of those who submitted, and the answer folder has one folder for everybody"
    )


def export_path(course: Course, delegate: str) -> Path:
    return course.root / "var" / "export" / f"{delegate}.zip"


def assessment_of(folder: Path) -> str:
    """The assessment that a submission's folder answers, by its name: in the exchange `delegate+assessment+time+more`."""
    parts = folder.name.split("+")
    return parts[1] if len(parts) > 1 else folder.name


def elsewhere(person: Person) -> list[Path]:
    """Files of the course that name a delegate and are not the delegate's own: somebody's copies, another number's passport."""
    course = person.course
    own = {path.absolute() for place in person.paths for path in person.paths[place]}
    own |= {book.file.absolute() for book in person.books if book.file} | {extensions_path(course).absolute()}
    roots = (course.assessments, course.root / "var", course.answers, course.exchange)
    return [path for path in _files(roots, own) if is_named(path, person.delegate)]


def is_named(path: Path, delegate: str) -> bool:
    """Whether a file holds an id; as a whole word in text, `d-1` not in `d-10`; as bytes where the file is no text."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    name = re.escape(delegate.encode())
    pattern = name if b"\0" in data else rb"(?<![A-Za-z0-9._-])" + name + rb"(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
    return re.search(pattern, data) is not None


def _files(roots: Iterable[Path], without: set[Path]) -> list[Path]:
    found = set()
    for root in roots:
        for folder, folders, names in os.walk(root.absolute()):
            here = Path(folder)
            folders[:] = [name for name in folders if here / name not in without]
            found |= {here / name for name in names if here / name not in without and not (here / name).is_symlink()}
    return sorted(path for path in found if path.is_file())


def _those(folder: Path, pattern: str) -> list[Path]:
    """What lies in a folder under names of a form; nothing where there is no such folder."""
    try:
        return sorted(path for path in folder.iterdir() if re.fullmatch(pattern, path.name, re.S))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _result(path: Path) -> Result | None:
    try:
        return read_result(path.read_text(encoding="utf-8", errors="replace"))
    except ValueError:
        return None
