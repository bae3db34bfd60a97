"""The questions of one module, version 1 of the format: its practice, or its graded assessment with pools and policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from course.draws import Slot, ask
from course.errors import CourseError, Fault
from course.kinds import STRICT, kinds
from course.policy import Policy
from course.questions import Question
from course.reading import ID, Lines, Text, line_of, read_yaml
from course.shelf import DEFAULT, ShelfLife


@dataclass(frozen=True)
class Asked:
    """A question as one delegate is asked it, and the cell that carries its mark."""

    cell: str
    question: Question  # type: ignore[valid-type]
    row: str = ""


class Bank(BaseModel):
    """The questions of one module: its practice, or its graded assessment."""

    model_config = {**STRICT, "ignored_types": (cached_property,)}

    format: Literal[1]
    id: str = Field(pattern=ID)
    title: Text
    shelf_life: ShelfLife = DEFAULT
    """After so long a question's *as of* date earns a warning."""
    pass_percent: float = Field(default=70, ge=0, le=100)
    policy: Policy = Policy()
    pools: dict[str, int] = {}
    """Pool -> how many of its questions each delegate is asked."""
    questions: list[Question] = Field(min_length=1)  # type: ignore[valid-type]

    def question(self, question_id: str) -> Question:  # type: ignore[valid-type]
        """The question of an id. Raises KeyError with the ids there are."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(f"there is no question `{question_id}` in {self.id}; it has {', '.join(q.id for q in self.questions)}")

    @cached_property
    def slots(self) -> list[Slot]:
        """The places of the assessment in order. A pool's places stand where its first question stands."""
        slots: list[Slot] = []
        seen: set[str] = set()
        for question in self.questions:
            pool = question.pool
            if not pool:
                slots.append(Slot(question.id, (question.id,)))
            elif pool not in seen:
                names = tuple(q.id for q in self.questions if q.pool == pool)
                slots += [Slot(f"{pool}-{n + 1}", names, pool, n) for n in range(self.pools.get(pool, 0))]
            seen.add(pool)
        return slots

    @property
    def cells(self) -> dict[str, Question]:  # type: ignore[valid-type]
        """For each graded cell a question that can stand there: all of them have the same points and the same marker."""
        return {slot.cell: self.question(slot.names[0]) for slot in self.slots}

    def asked(self, cohort: str, who: str) -> list[Asked]:
        """What somebody is asked, in order, each question with the figures drawn for them."""
        rows = {question.id: list(question.rows) for question in self.questions if question.vary}
        found = []
        for cell, name, row in ask(self.slots, rows, cohort, who):
            question = self.question(name)
            found.append(Asked(cell, question.variant(row) if row else question, row))
        return found

    @property
    def max_points(self) -> float:
        """What one delegate can earn."""
        return sum(question.points for question in self.cells.values())

    def content(self) -> dict[str, Any]:
        """Everything that a mark can depend on, as data."""
        return {**self.model_dump(mode="json", exclude={"questions"}), "questions": [question.content() for question in self.questions]}

    def show(self) -> dict[str, Any]:
        """The bank without keys, as it is published: every question that somebody may be asked."""
        return {
            "format": 1,
            "id": self.id,
            "title": self.title,
            "pass_percent": self.pass_percent,
            "policy": self.policy.model_dump(mode="json", exclude_none=True),
            "slots": [{"cell": s.cell, "names": list(s.names), "pool": s.pool, "position": s.position} for s in self.slots],
            "questions": [question.show() for question in self.questions],
        }


def read_bank(path: Path, translate: Callable[[Any], Any] | None = None) -> Bank:
    """A question file, read strictly, or its translation. Raises CourseError with every fault: file, line, what to do."""
    return read_bank_with_lines(path, translate)[0]


def read_bank_with_lines(path: Path, translate: Callable[[Any], Any] | None = None) -> tuple[Bank, Lines]:
    bank, lines = read_yaml(path, Bank, translate)
    faults = [*_faults_in_questions(path, bank, lines), *_faults_in_pools(path, bank, lines)]
    if bank.id != path.stem and path.stem != "practice":
        faults.append(Fault(path, lines.get(("id",)), f"`id: {bank.id}` must be the file's name, `{path.stem}`"))
    if path.stem == "practice" and (bank.pools or bank.policy != Policy()):
        what = "pools" if bank.pools else "policy"
        faults.append(Fault(path, lines.get((what,)), f"practice has no `{what}`: everybody may try every question, as often as they like"))
    if faults:
        raise CourseError(*faults)
    return bank, lines


def _faults_in_questions(path: Path, bank: Bank, lines: Lines) -> list[Fault]:
    faults = []
    first: dict[str, int | None] = {}
    for i, question in enumerate(bank.questions):
        line = line_of(lines, ("questions", i, "id"))
        if question.id in first:
            faults.append(Fault(path, line, f"the question id `{question.id}` stands already in line {first[question.id]}: ids must differ"))
        first.setdefault(question.id, line)
        for name in [*kinds(), "vary"]:
            if getattr(question, name) is None and ("questions", i, name) in lines:
                faults.append(Fault(path, lines["questions", i, name], f"`{name}` is empty: fill it in or take it out"))
        rubric = getattr(question.kind, "rubric_points", None)
        if rubric is not None and abs(rubric - question.points) > 1e-9:
            where = line_of(lines, ("questions", i, question.kind.name, "rubric"))
            faults.append(Fault(path, where, f"the rubric's points sum to {rubric:g}, the question has {question.points:g}: make them agree"))
        for row in question.rows:
            try:
                question.variant(row)
            except ValueError as error:
                why = str(error).splitlines()[-2 if "\n" in str(error) else 0].strip()
                faults.append(Fault(path, line_of(lines, ("questions", i, "vary")), f"with the figures of {row}, `{question.id}` is not a question: {why}"))
                break
    return faults


def _faults_in_pools(path: Path, bank: Bank, lines: Lines) -> list[Fault]:
    faults = []
    ids = {question.id for question in bank.questions}
    sizes = Counter(question.pool for question in bank.questions)
    for name, draw in bank.pools.items():
        line = line_of(lines, ("pools", name))
        if draw < 1:
            faults.append(Fault(path, line, f"the pool `{name}` draws {draw}: write how many of its questions each delegate is asked"))
        elif sizes[name] < draw:
            faults.append(Fault(path, line, f"the pool `{name}` draws {draw} of {sizes[name]} questions: add questions with `pool: {name}`, or draw fewer"))
        for cell in sorted(ids & {f"{name}-{number + 1}" for number in range(draw)}):
            faults.append(Fault(path, line, f"`{cell}` is both a question and a place of the pool `{name}`: rename the question or the pool"))
    leader: dict[str, Question] = {}  # type: ignore[valid-type]
    for i, question in enumerate(bank.questions):
        if not question.pool:
            continue
        line = line_of(lines, ("questions", i, "pool"))
        if question.pool not in bank.pools:
            known = f"`pools` has {', '.join(bank.pools)}" if bank.pools else f"write `pools: {{{question.pool}: 1}}` above the questions"
            faults.append(Fault(path, line, f"there is no pool `{question.pool}`: {known}"))
            continue
        first = leader.setdefault(question.pool, question)
        if question.points != first.points:
            faults.append(Fault(path, line, f"`{question.id}` has {question.points:g} points and `{first.id}` has {first.points:g}: in a pool all have the same"))
        if question.kind.marked_by_person != first.kind.marked_by_person:
            faults.append(Fault(path, line, f"of `{question.id}` and `{first.id}` only one is marked by a person: in a pool all are, or none is"))
    return faults
