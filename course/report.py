"""Report: the gradebook as a cohort table, figures on every question, CSV files and pictures, in `var/report/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Student
from sqlalchemy import select

from course.agreement import AGREEMENT, RECONCILE, Agreement, agreement
from course.bank import Asked, Bank
from course.collected import attempt_of, unwritable
from course.content import Course
from course.extensions import read_extensions
from course.late import settle_penalties
from course.marks import Marks, read_marks
from course.nbgrader_setup import open_gradebook
from course.pictures import questions_picture, results_picture
from course.progress import Progress, silent
from course.questions import Question, score
from course.scoring import in_words
from course.statistics import Item, Shares, chosen, histogram, items
from course.submission import Submission, SubmissionError
from course.tables import Cell, columns, write_csv

COHORT = ("delegate", "last name", "first name", "email", "assessment", "submitted", "attempt", "points", "of", "per cent", "result")
QUESTIONS = ("assessment", "question", "prompt", "points", "marked", "facility", "discrimination")
ANSWERS = ("assessment", "question", "answer", "right", "delegates", "share")


@dataclass
class ReportResult:
    """The folder with the report, its files, and its tables as rows and as text."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    cohort: list[tuple[Cell, ...]] = field(default_factory=list)
    questions: list[tuple[Cell, ...]] = field(default_factory=list)
    agreement: Agreement | None = None
    """Where there is a second marker."""

    def as_dict(self) -> dict[str, Any]:
        """The report as data for another program."""
        return {
            "folder": str(self.folder),
            "files": [path.name for path in self.files],
            "cohort": [dict(zip(COHORT, row, strict=True)) for row in self.cohort],
            "questions": [dict(zip(QUESTIONS, row, strict=True)) for row in self.questions],
            **(self.agreement.as_dict() if self.agreement else {}),
        }

    @property
    def words(self) -> str:
        """The tables, and where the files are."""
        return f"{self.table}\n\n{len(self.files)} files in {self.folder}"

    @property
    def table(self) -> str:
        """The tables for a terminal: the cohort, the questions, and where two people mark, how far they agree."""
        keep = (0, 4, 6, 7, 8, 9, 10)
        short = [tuple(row[i] for i in keep) for row in self.cohort]
        items_ = [(row[1], row[3], row[4], row[5], row[6]) for row in self.questions]
        return (
            columns([COHORT[i] for i in keep], short)
            + "\n\n"
            + columns(["question", "points", "marked", "facility", "discrimination"], items_)
            + (f"\n\n{self.agreement.table}" if self.agreement else "")
        )


@dataclass(frozen=True)
class _Assessment:
    """One assessment as the gradebook and the collected answers have it."""

    bank: Bank
    marks: dict[str, Marks]
    answers: dict[str, Submission]


def report(course: Course, folder: Path | None = None, progress: Progress = silent) -> ReportResult:
    """Write the report of every assessment into a folder (default: `var/report`). Raises CourseError."""
    result = ReportResult(folder or course.root / "var" / "report")
    slugs = course.slugs
    answers: list[tuple[Cell, ...]] = []
    with open_gradebook(course) as book:
        for slug in slugs:
            settle_penalties(book.db.connection(), course.built_bank(slug), read_extensions(course, slug))
        book.db.commit()
        connection = book.db.connection()
        people = {row.id: row for row in connection.execute(select(Student.id, Student.last_name, Student.first_name, Student.email))}
        for done, slug in enumerate(slugs):
            progress(slug, done, len(slugs))
            bank = course.built_bank(slug)
            marks = read_marks(connection, slug)
            found = _Assessment(bank, marks, _answers(course, slug, marks))
            asked = {name: _asked(found, course.id, name) for name in marks}
            figures = items([q.id for q in bank.questions], _shares(found, asked), {q.id: q.points for q in bank.questions})
            result.cohort += cohort_rows(found.bank, found.marks, found.answers, people)
            result.questions += question_rows(bank, figures)
            answers += answer_rows(bank, [(asked[name], submission) for name, submission in found.answers.items()])
            percents = [100 * m.points / m.max_points for m in marks.values() if not m.pending]
            _write(result, f"{slug}-results.svg", results_picture(histogram(percents), bank.pass_percent))
            _write(result, f"{slug}-questions.svg", questions_picture(figures))
        result.agreement = agreement(course, connection)
    _write(result, "cohort.csv", write_csv(COHORT, result.cohort))
    _write(result, "questions.csv", write_csv(QUESTIONS, result.questions))
    _write(result, "answers.csv", write_csv(ANSWERS, answers))
    if result.agreement:
        _write(result, "agreement.csv", write_csv(AGREEMENT, result.agreement.questions))
        _write(result, "reconcile.csv", write_csv(RECONCILE, result.agreement.reconcile))
    progress("done", len(slugs), len(slugs))
    return result


def cohort_rows(bank: Bank, marks: dict[str, Marks], answers: dict[str, Submission], people: dict[str, Any]) -> list[tuple[Cell, ...]]:
    """A row a delegate, by id."""
    rows = []
    for delegate, given in sorted(marks.items()):
        person, submission = people.get(delegate), answers.get(delegate)
        rows.append(
            (
                delegate,
                getattr(person, "last_name", None),
                getattr(person, "first_name", None),
                getattr(person, "email", None),
                bank.id,
                submission.submitted_at if submission else None,
                submission.attempt if submission else None,
                given.points,
                given.max_points,
                round(100 * given.points / given.max_points, 1),
                {None: "pending", True: "passed", False: "not passed"}[given.passed(bank.pass_percent)],
            )
        )
    return rows


def question_rows(bank: Bank, figures: list[Item]) -> list[tuple[Cell, ...]]:
    """A row a question, in the bank's order."""
    asked = {item.question: bank.question(item.question) for item in figures}
    return [
        (bank.id, name, asked[name].prompt, asked[name].points, item.marked, _round(item.facility), _round(item.discrimination))
        for item in figures
        for name in [item.question]
    ]


def answer_rows(bank: Bank, submissions: Sequence[tuple[Sequence[Asked], Submission]]) -> list[tuple[Cell, ...]]:
    """How often each option was chosen, each number given, each question left out; written answers only counted.

    Of a question that not everybody was asked, the shares are of those who were.
    """
    rows: list[tuple[Cell, ...]] = []
    for question in bank.questions:
        given = [(one.question, s.answers.get(question.id)) for asked, s in submissions for one in asked if one.question.id == question.id]
        raw = [answer for _, answer in given]
        counts = _verdicts(given) if question.vary and not question.kind.marked_by_person else _counts(question, raw)
        counts.append(("(no answer)", None, sum(answer is None for answer in raw)))
        share = len(given) or 1
        rows += [(bank.id, question.id, answer, right, count, round(count / share, 3)) for answer, right, count in counts]
    return rows


def _verdicts(given: Sequence[tuple[Question, Any]]) -> list[tuple[str, str | None, int]]:  # type: ignore[valid-type]
    """Of a question whose figures vary, only whether an answer was right can be counted."""
    marks = [score(question, answer).points for question, answer in given if answer is not None]
    right = sum(mark is not None and mark >= given[0][0].points for mark in marks)
    return [("(right for the figures asked)", "yes", right), ("(not right for the figures asked)", "no", len(marks) - right)]


def _counts(question: Question, raw: list[Any]) -> list[tuple[str, str | None, int]]:  # type: ignore[valid-type]
    shown = question.kind.show()
    if "options" in shown and "items" not in shown:
        right = set(getattr(question.kind, "right", ()))
        lists = [answer if isinstance(answer, list) else None for answer in raw]
        counts = chosen([option["id"] for option in shown["options"]], lists)
        return [(o["text"], "yes" if o["id"] in right else "no", counts[o["id"]]) for o in shown["options"]]
    present = [answer for answer in raw if answer is not None]
    if question.kind.marked_by_person:
        return [("(a written answer)", None, len(present))]
    return [(words, None, count) for words, count in Counter(in_words(question, answer) for answer in present).most_common(10)]


def _asked(found: _Assessment, cohort: str, delegate: str) -> list[Asked]:
    submission = found.answers.get(delegate)
    return found.bank.asked(cohort, submission.drawn_for if submission else delegate)


def _shares(found: _Assessment, asked: Mapping[str, Sequence[Asked]]) -> list[Shares]:
    """By question, not by cell: of a pool, everybody has marks in the questions that they were asked."""
    every = []
    for delegate, marks in found.marks.items():
        given = {one.question.id: marks.given[one.cell] for one in asked[delegate] if one.cell in marks.given}
        every.append({name: None if one.points is None else one.points / one.max_points for name, one in given.items()})
    return every


def _answers(course: Course, slug: str, marks: Mapping[str, Marks]) -> dict[str, Submission]:
    """The graded answers; a delegate whose folder was taken away is left out of the counts, not of the table."""
    found = {}
    for delegate, given in marks.items():
        try:
            found[delegate] = attempt_of(course.assessments / "autograded" / delegate / slug, course, delegate, slug, given.receipt)
        except SubmissionError:
            continue
    return found


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def is_report(name: str) -> bool:
    """Whether a file in the report's folder is one that a report writes."""
    return name in ("cohort.csv", "questions.csv", "answers.csv", "agreement.csv", "reconcile.csv") or name.endswith(("-results.svg", "-questions.svg"))


def _write(result: ReportResult, name: str, text: str) -> None:
    path = result.folder / name
    try:
        result.folder.mkdir(parents=True, exist_ok=True)
        # newline: CSV brings its own line ends
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise unwritable(path, error) from error
    result.files.append(path)
