"""The question format, version 1: one file a module, read strictly; and the one function that scores an answer."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model, field_validator, model_validator

from course.errors import AnswerError, CourseError, Fault
from course.kinds import STRICT, Answer, Kind, Mark, Samples, kinds
from course.reading import DATE, ID, TEXT, Lines, line_of, read_yaml


class _Question(BaseModel):
    """What every question has, whatever its kind."""

    model_config = {**STRICT, "ignored_types": (cached_property,)}

    id: str = Field(pattern=ID, max_length=60)
    prompt: str = Field(pattern=TEXT)
    points: float = Field(default=1, gt=0, le=100)
    objective: str = ""
    explanation: str = Field(pattern=TEXT)
    source: list[str] = Field(min_length=1)
    as_of: str = Field(default="", pattern=DATE)

    @field_validator("as_of", mode="before")
    @classmethod
    def _year(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _one_kind(self) -> _Question:
        given = [name for name in kinds() if getattr(self, name) is not None]
        if len(given) != 1:
            names = ", ".join(f"`{name}`" for name in kinds())
            found = f"it has {' and '.join(f'`{n}`' for n in given)}" if given else "it has none"
            raise ValueError(f"a question has exactly one of {names}; {found}")
        return self

    @cached_property
    def kind(self) -> Kind:
        return next(getattr(self, name) for name in kinds() if getattr(self, name) is not None)

    def show(self) -> dict[str, Any]:
        """What a delegate may see: no key, no explanation, no feedback, and no source (a source can give a key away)."""
        return {
            "id": self.id,
            "kind": self.kind.name,
            "prompt": self.prompt,
            "points": self.points,
            "shown": self.kind.show(),
        }

    def read(self, raw: Any) -> Answer:
        """The answer in what a page or a file holds. Raises AnswerError."""
        return self.kind.read(self.kind.show(), raw)

    def score(self, answer: Answer) -> Mark:
        """The mark of an answer that `read` has accepted."""
        return self.kind.score(answer).mark(self.points)

    def samples(self) -> Samples:
        return self.kind.samples()


Question = create_model(
    "Question", __base__=_Question, __doc__="One question with its key.", **{n: (k | None, None) for n, k in kinds().items()}
)


class Bank(BaseModel):
    """The questions of one module: its practice, or its graded assessment."""

    model_config = STRICT

    format: Literal[1]
    id: str = Field(pattern=ID)
    title: str = Field(pattern=TEXT)
    pass_percent: float = Field(default=70, ge=0, le=100)
    questions: list[Question] = Field(min_length=1)  # type: ignore[valid-type]

    def question(self, question_id: str) -> Question:  # type: ignore[valid-type]
        """The question of an id. Raises KeyError with the ids there are."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(f"there is no question `{question_id}` in {self.id}; it has {', '.join(q.id for q in self.questions)}")

    @property
    def max_points(self) -> float:
        return sum(question.points for question in self.questions)

    def show(self) -> dict[str, Any]:
        """The bank without keys, as it is published."""
        return {
            "format": 1,
            "id": self.id,
            "title": self.title,
            "pass_percent": self.pass_percent,
            "questions": [question.show() for question in self.questions],
        }


def read_bank(path: Path) -> Bank:
    """A question file, read strictly. Raises CourseError with every fault: file, line, what to do."""
    return read_bank_with_lines(path)[0]


def read_bank_with_lines(path: Path) -> tuple[Bank, Lines]:
    bank, lines = read_yaml(path, Bank)
    faults = []
    first: dict[str, int | None] = {}
    for i, question in enumerate(bank.questions):
        line = line_of(lines, ("questions", i, "id"))
        if question.id in first:
            faults.append(Fault(path, line, f"the question id `{question.id}` stands already in line {first[question.id]}: ids must differ"))
        first.setdefault(question.id, line)
        for name in kinds():
            if getattr(question, name) is None and ("questions", i, name) in lines:
                faults.append(Fault(path, lines["questions", i, name], f"`{name}` is empty: fill it in or take it out"))
        rubric = getattr(question.kind, "rubric_points", None)
        if rubric is not None and abs(rubric - question.points) > 1e-9:
            where = line_of(lines, ("questions", i, question.kind.name, "rubric"))
            faults.append(Fault(path, where, f"the rubric's points sum to {rubric:g}, the question has {question.points:g}: make them agree"))
    if bank.id != path.stem and path.stem != "practice":
        faults.append(Fault(path, lines.get(("id",)), f"`id: {bank.id}` must be the file's name, `{path.stem}`"))
    if faults:
        raise CourseError(*faults)
    return bank, lines


def score(question: Question, answer: Answer | None) -> Mark:  # type: ignore[valid-type]
    """The one way to a mark: practice, `course grade`, nbgrader's step and the tests all call this.

    An answer that is missing earns 0; one that cannot be read is for a person to look at. Never full marks by default.
    """
    if answer is None:
        return Mark(0.0, question.points, ("no answer",))
    try:
        read = question.read(answer)
    except AnswerError as error:
        return Mark(None, question.points, (f"the answer cannot be read: {error}",))
    return question.score(read)
