"""Second: the folder `assessments/second/`, where a second marker marks in formgrader and sees nothing of the first.

Running it again brings what is new and keeps what the second marker entered; interrupted at any point, nothing is lost.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from course import blind
from course.blind import Marker, Work
from course.collected import Refusal, read_attempts, replace_folder
from course.content import Course
from course.errors import CourseError, Fault
from course.nbgrader_setup import gradebook_url
from course.progress import Progress, silent
from course.submission import SubmissionError

_CONFIG = '''"""nbgrader's configuration for the second marker; what it sets, and why, stands in course/nbgrader_setup.py."""

from pathlib import Path

from course.nbgrader_setup import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821 (nbgrader provides get_config)
'''


@dataclass
class SecondResult:
    """`delegate/assessment` of what is new, what was submitted anew, what stayed, and what could not be brought."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    pending_review: int = 0
    """Submissions that the second marker still has to look at."""


def second_folder(course: Course) -> Path:
    return course.assessments / "second"


def second_gradebook(course: Course) -> Path:
    return second_folder(course) / "gradebook.db"


def second(course: Course, progress: Progress = silent) -> SecondResult:
    """Make the second marker's folder, or bring it up to date. Raises CourseError, and leaves the marks there as they were."""
    result = SecondResult()
    home, path = second_folder(course), second_gradebook(course)
    first = _first_gradebook(course)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as book, _faults(path):
        with _faults(first):
            blind.copy_first(first, book)
        there = path.is_file()
        if there:
            book.execute("attach database ? as second", (str(path),))
        before = blind.receipts(book, "second") if there else {}
        present, asked = blind.receipts(book, "main"), blind.for_person(book)
        brought = {work: present[work] for work in sorted(present) if work in asked or work in before}
        if there:
            _check_nothing_lost(path, blind.entered(book, "second"), blind.entered(book, "main"))
        _prepare(home, {assessment for _, assessment in brought})
        # Notebooks before rows: a mark given between the two counts for the older answer, and comes up again.
        for done, (work, receipt) in enumerate(brought.items()):
            progress(work[0], done, len(brought))
            _bring(course, home, work, receipt, result)
        # From here to the commit nobody else writes into the second gradebook.
        book.execute("begin immediate")
        own = blind.entered(book, "second") if there else {}
        kept = asked | {key[:2] for key, entered in own.items() if entered.anything}
        blind.clean(book, own)
        blind.leave_out(book, kept)
        result.pending_review = blind.pending(book)
        if there:
            blind.write_into(book)
        book.execute("commit")
        if not there:
            blind.write_new(book, path)
    _tidy(home, kept)
    _tell(result, kept, before, present)
    progress("done", len(brought), len(brought))
    return result


def _first_gradebook(course: Course) -> Path:
    """The file to copy."""
    url = make_url(gradebook_url(course))
    if url.get_backend_name() != "sqlite" or not url.database:
        place = url.render_as_string(hide_password=True)
        raise CourseError(Fault(place, None, "cannot be copied for a second marker: that needs a gradebook in an SQLite file, as nbgrader makes it"))
    path = Path(url.database)
    if not path.is_file():
        raise CourseError(Fault(path, None, "is not there: run `course build`, then `course grade`"))
    return path


def _check_nothing_lost(path: Path, own: Marker, present: Marker) -> None:
    lost = sorted("/".join(key) for key, entered in own.items() if entered.anything and key not in present)
    if lost:
        what = f"has marks for {', '.join(lost[:3])}{' and others' if lost[3:] else ''}, which the first gradebook does not know"
        raise CourseError(Fault(path, None, f"{what}: move this folder away if it belongs to another cohort"))


def _tell(result: SecondResult, kept: set[Work], before: dict[Work, str], present: dict[Work, str]) -> None:
    refused = {refusal.where for refusal in result.refused}
    for work in sorted(kept):
        if (name := "/".join(work)) in refused:
            continue
        if work not in before:
            result.new.append(name)
        else:
            (result.unchanged if before[work] == present[work] else result.changed).append(name)


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise CourseError(Fault(path, None, f"the gradebook cannot be used ({error}): close what else writes to it, and run this again")) from error


def _prepare(home: Path, assessments: set[str]) -> None:
    """What formgrader wants beside notebooks and gradebook: its configuration, and a folder for each assessment to list."""
    for assessment in assessments:
        (home / "source" / assessment).mkdir(parents=True, exist_ok=True)
    home.mkdir(exist_ok=True)
    if not (home / "nbgrader_config.py").is_file():
        (home / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")


def _bring(course: Course, home: Path, work: Work, receipt: str, result: SecondResult) -> None:
    """Copy a graded notebook where it changed, and only that: from a notebook alone nothing can be scored or released."""
    delegate, assessment = work
    source, target = (folder / "autograded" / delegate / assessment for folder in (course.assessments, home))
    name = f"{assessment}.ipynb"
    try:
        if not (source / name).is_file():
            raise SubmissionError(f"autograded has no {name}: run `course grade`, and this again")
        if receipt not in {one.receipt for one in read_attempts(source, course, delegate, assessment)}:
            raise SubmissionError("the graded notebook and the gradebook differ: run `course grade`, and this again")
    except SubmissionError as error:
        result.refused.append(Refusal("/".join(work), str(error)))
        # What was entered stays in the gradebook; without a notebook formgrader does not offer it for marking.
        shutil.rmtree(target, ignore_errors=True)
        return
    content = (source / name).read_bytes()
    if (target / name).is_file() and (target / name).read_bytes() == content:
        return

    def write(draft: Path) -> None:
        (draft / name).write_bytes(content)
        (draft / name).chmod(0o444)

    replace_folder(target, write)


def _tidy(home: Path, kept: set[Work]) -> None:
    """Take away notebooks that are no longer to be marked, and what an interrupted run left."""
    for folder in (home / "autograded").glob("*/*"):
        if (folder.parent.name, folder.name) not in kept:
            shutil.rmtree(folder, ignore_errors=True)
