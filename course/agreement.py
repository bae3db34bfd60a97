"""How far two markers agree on the answers that both have marked, and which marks they have to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment, BaseCell, Grade, GradeCell, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import URL, Connection, NullPool, create_engine, select
from sqlalchemy.exc import DBAPIError

from course import settled
from course.bank import Bank
from course.content import Course
from course.nbgrader_setup import gradebook_fault
from course.second import second_gradebook
from course.statistics import weighted_kappa
from course.tables import Cell, columns

AGREEMENT = ("assessment", "question", "marked by both", "same mark", "mean difference", "weighted kappa")
RECONCILE = ("delegate", "assessment", "question", "first", "second", "difference", "of")

_SHOWN = 10
"""Differences that a terminal shows; the file has all."""


@dataclass(frozen=True)
class Pair:
    """The marks that two people gave to the same answer."""

    delegate: str
    assessment: str
    question: str
    first: float
    second: float
    of: float

    @property
    def difference(self) -> float:
        return round(self.second - self.first, 4)


@dataclass(frozen=True)
class Agreement:
    """A row for each question that people mark, and a row for each answer with two different marks."""

    questions: list[tuple[Cell, ...]]
    reconcile: list[tuple[Cell, ...]]

    def as_dict(self) -> dict[str, Any]:
        return {
            "agreement": [dict(zip(AGREEMENT, row, strict=True)) for row in self.questions],
            "reconcile": [dict(zip(RECONCILE, row, strict=True)) for row in self.reconcile],
        }

    @property
    def table(self) -> str:
        """Two tables for a terminal."""
        rest = len(self.reconcile) - _SHOWN
        more = f"\n{rest} more in reconcile.csv" if rest > 0 else ""
        return f"{columns(AGREEMENT, self.questions)}\n\n{columns(RECONCILE, self.reconcile[:_SHOWN])}{more}"


def agreement(course: Course, first: Connection) -> Agreement | None:
    """What the first gradebook and the second marker's say together; None where there is no second marker."""
    path = second_gradebook(course)
    if not path.is_file():
        return None
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        with engine.connect() as second:
            pairs = {slug: read_pairs(slug, first, second) for slug in course.slugs}
    except DBAPIError as error:
        raise gradebook_fault(str(engine.url), error) from error
    rows = [row for slug, found in pairs.items() for row in question_rows(course.bank(slug), found)]
    return Agreement(rows, reconcile_rows([pair for found in pairs.values() for pair in found]))


def read_pairs(slug: str, first: Connection, second: Connection) -> list[Pair]:
    """The answers of one assessment that both markers have marked; a mark that was given to another answer is none."""
    ones, others = _marked(slug, first), _marked(slug, second)
    return [
        Pair(delegate, slug, question, ones[key][0], others[key][0], ones[key][1])
        for key in sorted(ones.keys() & others.keys())
        for delegate, question, _ in [key]
    ]


def question_rows(bank: Bank, pairs: Sequence[Pair]) -> list[tuple[Cell, ...]]:
    """A row for each question that people mark, or marked all the same, in the bank's order."""
    rows: list[tuple[Cell, ...]] = []
    for cell, question in bank.cells.items():
        own = [pair for pair in pairs if pair.question == cell]
        if not own and not question.kind.marked_by_person:
            continue
        mean = round(sum(pair.difference for pair in own) / len(own), 3) if own else None
        kappa = weighted_kappa([(pair.first, pair.second) for pair in own])
        rows.append((bank.id, cell, len(own), sum(not pair.difference for pair in own), mean, None if kappa is None else round(kappa, 3)))
    return rows


def reconcile_rows(pairs: Sequence[Pair]) -> list[tuple[Cell, ...]]:
    """A row for each answer with two different marks, the largest difference first."""
    differing = sorted((pair for pair in pairs if pair.difference), key=lambda pair: (-abs(pair.difference), pair.delegate))
    return [(p.delegate, p.assessment, p.question, p.first, p.second, p.difference, p.of) for p in differing]


def _marked(slug: str, connection: Connection) -> dict[tuple[str, str, str], tuple[float, float]]:
    """By delegate, question and digest of the answer: the mark that a person gave, and the points there are."""
    cell, grade_cell = BaseCell.__table__, GradeCell.__table__
    rows = connection.execute(
        select(
            SubmittedAssignment.student_id, cell.c.name, grade_cell.c.max_score, Grade.manual_score, Grade.extra_credit, Grade.notebook_id
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(cell, cell.c.id == Grade.cell_id)
        .join(grade_cell, grade_cell.c.id == cell.c.id)
        .where(Assignment.name == slug, Grade.manual_score.is_not(None), Grade.needs_manual_grade.is_(False))
    ).all()
    answers = settled.read(connection, {row.notebook_id for row in rows})
    return {
        (row.student_id, row.name, answers[row.notebook_id].answers[row.name]): (row.manual_score + (row.extra_credit or 0.0), row.max_score)
        for row in rows
        if row.notebook_id in answers and row.name in answers[row.notebook_id].answers
    }
