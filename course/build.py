"""Build: questions become an nbgrader assignment: source, release, the gradebook's rows, and a place in the exchange."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nbformat
from filelock import FileLock

from course.bank import Bank
from course.collected import unwritable
from course import frozen
from course.content import Course
from course.errors import CourseError, Fault
from course.notebooks import assessment_notebook
from course.progress import Progress, silent


@dataclass
class BuildResult:
    """Which assessments were made anew, and which were as they should be."""

    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def build(course: Course, progress: Progress = silent) -> BuildResult:
    """Build every module's assessment; what has not changed is left alone. Raises CourseError.

    A corrected key changes nothing here: the notebooks hold no keys.
    """
    result = BuildResult()
    banks = [course.bank(slug) for slug in course.slugs]
    lock = course.root / "var" / "build.lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        _build(course, banks, progress, result, lock)
    except OSError as error:
        raise unwritable(Path(error.filename or course.root), error) from error
    return result


def _build(course: Course, banks: list[Bank], progress: Progress, result: BuildResult, lock: Path) -> None:
    with FileLock(lock):
        for done, bank in enumerate(banks):
            progress(bank.id, done, len(banks))
            known = _gradebook_cells(course, bank.id)
            wanted = nbformat.writes(assessment_notebook(bank)) + "\n"
            _allow(course, bank, known)
            frozen.freeze(course.draws(bank.id), bank)
            fresh = _source(course, bank.id, wanted) and _released(course, bank.id, wanted) and known.cells == _cells(bank)
            if not fresh:
                _generate(course, bank.id, wanted)
            if _due(bank) not in (None, known.due):
                _set_due(course, bank)
            if fresh and _in_exchange(course, bank.id):
                result.unchanged.append(bank.id)
            else:
                _release(course, bank.id)
                result.built.append(bank.id)
        progress("done", len(banks), len(banks))


@dataclass(frozen=True)
class _Known:
    """What the gradebook has of an assessment: the points of each graded cell, its due time, how many delegates submitted."""

    cells: dict[str, float]
    submissions: int
    due: datetime | None = None


def _gradebook_cells(course: Course, slug: str) -> _Known:
    """Looked up without nbgrader, whose import takes longer than everything else here when nothing has changed."""
    path = course.assessments / "gradebook.db"
    if not path.is_file():
        return _Known({}, 0)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as book:
            others = {row[0] for row in book.execute("select id from course")} - {course.id, "default_course"}
            cells = dict(
                book.execute(
                    "select b.name, g.max_score from assignment a join notebook n on n.assignment_id = a.id "
                    "join base_cell b on b.notebook_id = n.id join grade_cells g on g.id = b.id where a.name = ?",
                    (slug,),
                )
            )
            submissions = book.execute(
                "select count(*) from assignment a join submitted_assignment s on s.assignment_id = a.id where a.name = ?", (slug,)
            ).fetchone()[0]
            due = book.execute("select duedate from assignment where name = ?", (slug,)).fetchone()
    except sqlite3.Error as error:
        raise CourseError(
            Fault(path, None, f"cannot be read as a gradebook ({error}): put a backup in its place, or move it away and build anew")
        ) from error
    if others:
        raise CourseError(
            Fault(path, None, f"belongs to another course, {', '.join(sorted(others))}: give each course and cohort its own gradebook")
        )
    return _Known(cells, submissions, datetime.fromisoformat(due[0]) if due and due[0] else None)


def _cells(bank: Bank) -> dict[str, float]:
    return {cell: question.points for cell, question in bank.cells.items()}


def _due(bank: Bank) -> datetime | None:
    """The due time as nbgrader keeps it: UTC, without saying so."""
    due = bank.policy.due_at()
    return due.replace(tzinfo=None) if due else None


def _set_due(course: Course, bank: Bank) -> None:
    """Tell the gradebook, so that formgrader and nbgrader's own tools show the due time that counts."""
    from course.nbgrader_setup import open_gradebook

    with open_gradebook(course) as book:
        book.find_assignment(bank.id).duedate = _due(bank)
        book.db.commit()


def _handed_in(course: Course, slug: str) -> bool:
    """Whether somebody has handed in what nobody has graded yet."""
    inbound, submitted = course.exchange / course.id / "inbound", course.assessments / "submitted"
    return any(inbound.glob(f"*+{slug}+*")) or any(submitted.glob(f"*/{slug}/answers.json"))


def _allow(course: Course, bank: Bank, known: _Known) -> None:
    """Refuse to add or remove questions, or to draw from others, once somebody has submitted: marks would lose their questions."""
    if not known.submissions and not _handed_in(course, bank.id):
        return
    asked = set(_cells(bank))
    changes = [f"`{name}` was removed" for name in sorted(set(known.cells) - asked)] if known.cells else []
    changes += [] if not known.cells else [f"`{name}` was added" for name in sorted(asked - set(known.cells))]
    changes += frozen.changed(course.draws(bank.id), bank)
    if changes:
        raise CourseError(
            Fault(
                course.questions / f"{bank.id}.yml",
                None,
                f"{' and '.join(changes)}, but {known.submissions or 'some'} submission(s) are in the gradebook or wait to be graded: undo that, "
                f"or start a new cohort by moving {course.assessments / 'gradebook.db'} and the folders beside it away",
            )
        )


def _source(course: Course, slug: str, wanted: str) -> bool:
    """Whether the source notebook is the wanted one and lies alone."""
    path = _notebook(course, "source", slug)
    return _text(path) == wanted and [item.name for item in path.parent.iterdir()] == [path.name]


def _released(course: Course, slug: str, wanted: str) -> bool:
    """Whether the release has the cells that the wanted source gives."""
    return _shape(_text(_notebook(course, "release", slug))) == _shape(wanted)


def _shape(notebook: str | None) -> list[tuple[str, str, float | None]] | None:
    """What of a notebook must be the same in source and release: ids, points, and the text of everything but answers."""
    try:
        cells = json.loads(notebook or "")["cells"]
        grading = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return [
            (cell["id"], "" if of.get("solution") else "".join(cell["source"]), of.get("points"))
            for cell, of in zip(cells, grading, strict=True)
        ]
    except (ValueError, KeyError, TypeError):
        return None


def _generate(course: Course, slug: str, wanted: str) -> None:
    """Write the source notebook and let nbgrader make the release and the gradebook's rows of it."""
    from nbgrader.converters import GenerateAssignment

    from course.nbgrader_setup import config_for, folder_for, open_gradebook, start

    path = _notebook(course, "source", slug)
    # nbgrader releases whatever lies beside the notebook: nothing may.
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    path.write_text(wanted, encoding="utf-8")
    with open_gradebook(course):
        pass
    config = config_for(course)
    try:
        start(GenerateAssignment(coursedir=folder_for(course, slug, config), config=config, force=True))
    except Exception as error:
        raise CourseError(Fault(path, None, f"nbgrader could not make the release of it: {_why(error)}")) from error


def _in_exchange(course: Course, slug: str) -> bool:
    inbound = course.exchange / course.id / "inbound"
    outbound = course.exchange / course.id / "outbound" / slug / f"{slug}.ipynb"
    return inbound.is_dir() and _text(outbound) == _text(_notebook(course, "release", slug))


def _release(course: Course, slug: str) -> None:
    """Put the release into the exchange, and make the exchange's folders, by nbgrader's own step."""
    from nbgrader.exchange.default import ExchangeReleaseAssignment

    from course.nbgrader_setup import config_for, folder_for, start

    config = config_for(course)
    try:
        start(ExchangeReleaseAssignment(coursedir=folder_for(course, slug, config), config=config, force=True))
    except (Exception, SystemExit) as error:
        raise CourseError(
            Fault(course.exchange, None, f"the assessment could not be put into the exchange ({_why(error)}): check the folder's permissions")
        ) from error


def _why(error: BaseException) -> str:
    return next(iter(getattr(error, "__notes__", [])), str(error))


def _notebook(course: Course, step: str, slug: str) -> Path:
    return course.assessments / step / slug / f"{slug}.ipynb"


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
