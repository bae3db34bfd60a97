"""The kinds of question. One file each holds the whole slice: read, show, score, explain, samples.

To add a kind, add a file here with a class derived from `Kind`; its file name is the key under which a lecturer
writes it. Nothing else changes.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from pydantic import ConfigDict

from course.errors import AnswerError

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)

Answer = Any
"""What a delegate chose: JSON data whose shape the kind fixes."""


@dataclass(frozen=True)
class Mark:
    """The result of one question. `points` is in [0, max_points]; None means that a person must look, never zero."""

    points: float | None
    max_points: float
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.points is not None and not 0 <= self.points <= self.max_points:
            raise ValueError(f"a mark of {self.points} does not lie between 0 and {self.max_points}")

    @property
    def needs_review(self) -> bool:
        return self.points is None


@dataclass(frozen=True)
class Share:
    """What part of a question is right: 0 to 1, or None where a person must look; and why, in short notes."""

    value: float | None
    notes: tuple[str, ...] = ()

    def mark(self, max_points: float) -> Mark:
        if self.value is None:
            return Mark(None, max_points, self.notes)
        if math.isnan(self.value):
            raise ValueError("a share that is not a number")
        if self.value >= 1:
            return Mark(float(max_points), max_points, self.notes)
        return Mark(min(round(max(0.0, self.value) * max_points, 4), max_points), max_points, self.notes)


@dataclass(frozen=True)
class Explanation:
    """What a delegate reads once the key may be known: whether it was right, and what to say to each part."""

    right: bool | None
    remarks: tuple[tuple[str, str], ...] = ()
    """Pairs of (what was chosen or asked for, what to say about it)."""
    missed: tuple[tuple[str, str], ...] = ()
    """The same for what should have been chosen and was not; shown only where the key may be known."""
    key: str = ""
    """The right answer in words."""


@dataclass(frozen=True)
class Samples:
    """Answers that prove a question: its own key, and answers that must score less."""

    right: list[Answer] = field(default_factory=list)
    wrong: list[Answer] = field(default_factory=list)


class Kind:
    """What stands under the kind's key in a question. Subclasses are strict pydantic models."""

    name: ClassVar[str] = ""
    marked_by_person: ClassVar[bool] = False

    def show(self) -> dict[str, Any]:
        """What a delegate may see before answering: no key, no feedback."""
        raise TypeError(f"the kind {type(self).__name__} does not say what to show")

    @classmethod
    def form(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str = "answer") -> str:
        """The HTML of the answer's controls, made of what `show` gave and filled in with an answer.

        An answer that does not fit (the question was changed since, a passport was edited) leaves the form empty.
        """
        if answer is not None:
            try:
                answer = cls.read(shown, answer)
            except AnswerError:
                answer = None
        return cls.controls(shown, answer, uid, label, name)

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        """What `form` gives, for an answer that `read` has accepted.

        Controls are called `name`: radio buttons, check boxes and hidden fields give a list of values, any other field
        gives text. Controls called `{name}:key` give an object by key. `label` is the question's prompt as HTML, to be
        placed in a legend or a label; `uid` begins every id.
        """
        raise TypeError(f"the kind {cls.__name__} has no form")

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> Answer:
        """The answer in what a page, a passport or a submission holds; needs no key. Raises AnswerError."""
        raise TypeError(f"the kind {cls.__name__} cannot read an answer")

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        """An answer in words, for markers and feedback pages."""
        raise TypeError(f"the kind {cls.__name__} cannot put an answer into words")

    def score(self, answer: Answer) -> Share:
        raise TypeError(f"the kind {type(self).__name__} does not score")

    def explain(self, answer: Answer | None) -> Explanation:
        raise TypeError(f"the kind {type(self).__name__} does not explain")

    def samples(self) -> Samples:
        raise TypeError(f"the kind {type(self).__name__} has no samples")


@cache
def kinds() -> dict[str, type[Kind]]:
    """Every kind by its key, found by looking into this folder."""
    found: dict[str, type[Kind]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Kind) and thing.__module__ == module.__name__:
                thing.name = module_info.name
                found[module_info.name] = thing
    return found
