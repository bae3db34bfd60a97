"""A question with its key, whatever its kind, read strictly; and the one function that scores an answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, create_model, field_validator, model_validator

from course.errors import AnswerError
from course.kinds import STRICT, Answer, Kind, Mark, Samples, kinds
from course.reading import DATE, ID, Text
from course.vary import Row, Vary


class _Question(BaseModel):
    """What every question has, whatever its kind."""

    model_config = {**STRICT, "ignored_types": (cached_property,)}

    id: str = Field(pattern=ID, max_length=60)
    prompt: Text
    points: float = Field(default=1, gt=0, le=100)
    objective: str = ""
    explanation: Text
    source: list[str] = Field(min_length=1)
    as_of: str = Field(default="", pattern=DATE)
    pool: str = ""
    """The pool that this question is drawn from."""
    shuffle: bool = False
    """Whether each delegate sees the options in an order of their own."""
    vary: Vary | None = None

    _template: dict[str, Any] = PrivateAttr(default_factory=dict)
    _rows: dict[str, Row] = PrivateAttr(default_factory=dict)
    _variants: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _first_of_its_family(cls, data: Any, handler: Any) -> Any:
        """A question that varies is read as the one that its first row gives, so that every rule holds for it."""
        if not isinstance(data, dict) or data.get("vary") is None:
            return handler(data)
        try:
            vary = Vary.model_validate(data["vary"])
        except ValidationError:
            return handler(data)  # which finds the same fault, and says where it stands
        rows = vary.rows()
        template = {key: value for key, value in data.items() if key != "vary"}
        question = handler({**vary.filled(template, next(iter(rows.values()))), "vary": data["vary"]})
        question._template, question._rows = template, rows
        return question

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

    @model_validator(mode="after")
    def _has_options(self) -> _Question:
        if self.shuffle and "options" not in self.kind.show():
            raise ValueError(f"`shuffle` is for questions with options, and `{self.kind.name}` shows none in a list: take it out")
        return self

    @cached_property
    def kind(self) -> Kind:
        return next(getattr(self, name) for name in kinds() if getattr(self, name) is not None)

    @property
    def rows(self) -> dict[str, Row]:
        """The figures that a question which varies draws from, by row; empty for any other."""
        return self._rows

    def freeze(self, rows: dict[str, Row]) -> None:
        """Draw from these rows and no others, whatever the table holds by now: those that a cohort began with."""
        self._rows, self._variants = rows, {}

    def variant(self, row: str) -> Question:  # type: ignore[valid-type]
        """The ordinary question that one row gives. Raises ValueError where the figures do not fit it."""
        assert self.vary is not None
        if row not in self._variants:
            self._variants[row] = Question.model_validate(self.vary.filled(self._template, self._rows[row]))
        return self._variants[row]

    def each(self) -> list[Question]:  # type: ignore[valid-type]
        """Every ordinary question that this one can be: itself, or all its variants."""
        return [self.variant(row) for row in self._rows] if self.vary else [self]

    def content(self) -> dict[str, Any]:
        """Everything that a mark can depend on, as data."""
        if self.vary:
            # Not what the first row gives: that one is of the tables as they are today.
            return {"vary": self.vary.model_dump(mode="json"), **self._template, "rows": {row: dict(values) for row, values in self._rows.items()}}
        return self.model_dump(mode="json")

    def show(self) -> dict[str, Any]:
        """What a delegate may see: no key, no explanation, no feedback, and no source (a source can give a key away).

        A question that varies shows what each row makes of it.
        """
        head = {"id": self.id, "kind": self.kind.name, "points": self.points, **({"shuffle": True} if self.shuffle else {})}
        if self.vary:
            return {**head, "variants": {row: self.variant(row).show() for row in self._rows}}
        return {**head, "prompt": self.prompt, "shown": self.kind.show()}

    def read(self, raw: Any) -> Answer:
        """The answer in what a page or a file holds. Raises AnswerError."""
        return self.kind.read(self._form, raw)

    @cached_property
    def _form(self) -> dict[str, Any]:
        """What reading an answer needs: ids, the same in every language."""
        return self.kind.show()

    def score(self, answer: Answer) -> Mark:
        """The mark of an answer that `read` has accepted."""
        return self.kind.score(answer).mark(self.points)

    def samples(self) -> Samples:
        return self.kind.samples()


Question = create_model(
    "Question", __base__=_Question, __doc__="One question with its key.", **{n: (k | None, None) for n, k in kinds().items()}
)


def score(question: Question, answer: Answer | None) -> Mark:  # type: ignore[valid-type]
    """The one way to a mark: practice, `course grade`, nbgrader's step and the tests all call this.

    An answer that is missing earns 0; one that cannot be read is for a person to look at. Never full marks by default.
    A question that varies has no key of its own: its variant is what is scored.
    """
    if question.vary:
        raise ValueError(f"`{question.id}` varies: score the variant that was asked")
    if answer is None:
        return Mark(0.0, question.points, ("no answer",))
    try:
        read = question.read(answer)
    except AnswerError as error:
        return Mark(None, question.points, (f"the answer cannot be read: {error}",))
    return question.score(read)
