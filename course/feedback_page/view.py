"""What stands on a delegate's feedback page, put together from the questions, the answers and the marks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from course.bank import Bank
from course.content import Source
from course.errors import AnswerError
from course.i18n import N_, _
from course.i18n.forms import when
from course.marks import Given, Marks
from course.questions import Question
from course.result import FORMAT, QuestionResult, Result
from course.scoring import in_words
from course.submission import Submission, short_receipt


@dataclass(frozen=True)
class QuestionView:
    """One question as the page shows it: the result as data, and what the delegate was asked and answered."""

    result: QuestionResult
    prompt: str
    answer: str
    answered: bool
    by_person: bool
    rubric: tuple[str, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    """What was chosen, and what to say to it."""
    missed: tuple[tuple[str, str], ...] = ()
    """What should have been chosen and was not, and what to say to it."""

    @property
    def remark(self) -> str:
        """What is said to the answer as a whole, where there is one thing to say."""
        return self.chosen[0][1] if len(self.chosen) == 1 and self.chosen[0][0] == self.answer else ""

    @property
    def verdict(self) -> str:
        """The mark in a word or two, in English: the page translates it."""
        if self.result.points is None:
            return N_("Pending")
        if self.by_person:
            return N_("Marked by a person")
        if self.result.points >= self.result.max_points:
            return N_("Right")
        if not self.answered:
            return N_("Not answered")
        return N_("Partly right") if self.result.points > 0 else N_("Not right")

    @property
    def tone(self) -> str:
        """The word that the style sheet knows the verdict by."""
        return {"Right": "good", "Pending": "wait", "Marked by a person": "plain"}.get(self.verdict, "bad")


@dataclass(frozen=True)
class PageView:
    """The whole page."""

    course: str
    title: str
    submitted_at: str
    receipt: str
    penalty: float
    result: Result
    questions: tuple[QuestionView, ...]

    @property
    def outcome(self) -> str:
        if self.result.passed is None:
            return _("Your result is pending: a person still marks part of it.")
        return _("You passed.") if self.result.passed else _("You did not reach the pass mark.")

    @property
    def tone(self) -> str:
        return {None: "wait", True: "good", False: "bad"}[self.result.passed]

    @property
    def pass_points(self) -> float:
        return self.result.max_points * self.result.pass_percent / 100


def page_view(
    course_title: str, bank: Bank, sources: Mapping[str, Source], submission: Submission, marks: Marks, disclosed: Literal["all", "marks"] = "all"
) -> PageView:
    """Everything on the page of one submission. Questions stand in the order in which they were asked."""
    asked = [one for one in bank.asked(submission.course, submission.drawn_for) if one.cell in marks.given]
    views = tuple(_question(one.question, sources, submission, marks.given[one.cell], disclosed) for one in asked)
    result = Result(
        format=FORMAT,
        assessment=bank.id,
        delegate=submission.delegate,
        attempt=submission.attempt,
        receipt=submission.receipt,
        points=marks.points,
        max_points=marks.max_points,
        pass_percent=bank.pass_percent,
        pending=marks.pending,
        passed=marks.passed(bank.pass_percent),
        penalty=marks.penalty,
        disclosed=disclosed,
        questions={one.question.id: view.result for one, view in zip(asked, views, strict=True)},
    )
    return PageView(course_title, bank.title, when(submission.time), short_receipt(submission.receipt), marks.penalty, result, views)


def _question(
    question: Question,  # type: ignore[valid-type]
    sources: Mapping[str, Source],
    submission: Submission,
    given: Given,
    disclosed: Literal["all", "marks"],
) -> QuestionView:
    raw = submission.answers.get(question.id)
    if disclosed == "marks":
        bare = QuestionResult(points=given.points, max_points=given.max_points, comment=given.comment)
        return QuestionView(bare, question.prompt, in_words(question, raw), raw is not None, by_person=question.kind.marked_by_person)
    try:
        answer = None if raw is None else question.read(raw)
    except AnswerError:
        answer = None
    explained = question.kind.explain(answer)
    person = question.kind.marked_by_person
    result = QuestionResult(
        points=given.points,
        max_points=given.max_points,
        comment=given.comment,
        remarks=[*explained.remarks, *explained.missed],
        key=explained.key,
        explanation=question.explanation,
        sources=[cite(sources, name) for name in question.source],
        as_of=question.as_of,
    )
    view = QuestionView(result, question.prompt, in_words(question, raw), raw is not None, by_person=person)
    if person:
        return replace(view, rubric=tuple(line for line, _ in explained.remarks))
    return replace(view, chosen=explained.remarks, missed=explained.missed)


def cite(sources: Mapping[str, Source], name: str) -> str:
    """A source's citation, with its address where it has one; the bare key where the list lacks it."""
    source = sources.get(name)
    if source is None:
        return name
    return f"{source.citation} {source.url}".strip()
