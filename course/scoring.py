"""Score one submission: answers in, rows for the gradebook and a notebook for the marker out. Pure; both roads call it."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from html import escape
from typing import Any

from course.bank import Asked, Bank
from course.errors import AnswerError, CourseError
from course.kinds import Mark
from course.questions import Question, score
from course.submission import Submission
from course.text import count_words, inline, paragraphs

FORM = "_ask"
"""Ends the id of the cell that shows a written question; the answer's own cell has the question's id."""

NO_RESPONSE = "No response."
"""nbgrader's automatic comment on a written answer that was not given."""


@dataclass(frozen=True)
class Row:
    """What the gradebook learns about one graded cell of one submission."""

    cell: str
    auto_score: float | None
    answered: str
    """A digest of the answer, to know later whether a manual mark was given to this very answer."""
    auto_comment: str | None = None


@dataclass(frozen=True)
class Scored:
    """One submission scored."""

    asked: tuple[Asked, ...]
    rows: tuple[Row, ...]
    marks: dict[str, Mark]
    """By cell."""
    notes: tuple[str, ...]
    """What the instructor should know; nothing here stops the grading."""


def score_submission(bank: Bank, submission: Submission) -> Scored:
    """Score every question that was asked; what the submission has beyond them is noted and left alone."""
    asked = tuple(bank.asked(submission.course, submission.drawn_for))
    known = {one.question.id for one in asked}
    notes = [f"unknown question {name[:60]!r}" for name in submission.answers if name not in known]
    if submission.seed and submission.seed != submission.delegate and any(one.row or one.cell != one.question.id for one in asked):
        notes.append(f"the questions are those drawn for {submission.seed}, as in a passport from another browser")
    rows, marks = [], {}
    for one in asked:
        question, answer = one.question, submission.answers.get(one.question.id)
        mark = score(question, answer)
        marks[one.cell] = mark
        points = None if mark.points is None else plain_points(mark.points, question.points)
        if mark.needs_review and not question.kind.marked_by_person:
            notes.append(f"{question.id}: {'; '.join(mark.notes)}: a person must look")
        comment = NO_RESPONSE if answer is None and question.kind.marked_by_person else None
        # In a pool the same text could answer another question.
        given = answer if one.cell == question.id or answer is None else [question.id, answer]
        rows.append(Row(one.cell, points, digest(given), comment))
    return Scored(asked, tuple(rows), marks, tuple(notes))


def needs_person(auto_score: float | None, manual_score: float | None, was_waiting: bool, same_answer: bool) -> bool:
    """Whether somebody still has to mark a cell, in the gradebook's sense.

    A manual mark stands as long as the answer is the one it was given to; a new answer brings it up again.
    """
    if manual_score is None:
        return auto_score is None
    return was_waiting if same_answer else True


def plain_points(points: float, max_points: float) -> float:
    """A plain float in [0, max_points]. Raises ValueError for anything that nbgrader could take for full marks."""
    value = float(points)
    if isinstance(points, bool) or not math.isfinite(value):
        raise ValueError(f"{points!r} is not a number of points")
    return min(max(0.0, value), float(max_points))


def digest(content: Any) -> str:
    """A short name for some JSON data."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def bank_digest(bank: Bank) -> str:
    """A name for a bank with its keys: when it changes, marks may change."""
    return digest(bank.content())


def check_release(pristine: Any, bank: Bank) -> None:
    """Raises CourseError where the released notebook and the questions no longer fit together."""
    released = {
        cell["metadata"]["nbgrader"]["grade_id"]: float(cell["metadata"]["nbgrader"]["points"])
        for cell in pristine["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    asked = {cell: question.points for cell, question in bank.cells.items()}
    if released != asked:
        odd = sorted(set(released.items()) ^ set(asked.items()))
        raise CourseError(
            f"{bank.id}: the questions changed since the assessment was built ({', '.join(dict.fromkeys(name for name, _ in odd))}): "
            "run `course build`, then grade again"
        )


def graded_notebook(pristine: dict[str, Any], submission: Submission, scored: Scored) -> dict[str, Any]:
    """The released notebook with marks as outputs, and what the marker needs to see. Nothing in it was executed."""
    questions = {one.cell: one.question for one in scored.asked}

    def graded(cell: dict[str, Any]) -> dict[str, Any]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        question = questions.get(name.removesuffix(FORM))
        if question is None:
            return cell
        answer = submission.answers.get(question.id)
        mark = scored.marks[name.removesuffix(FORM)]
        if cell["cell_type"] == "code":
            outputs = [] if name.endswith(FORM) or mark.points is None else [points_output(mark.points, question.points)]
            return {**cell, "outputs": [*outputs, _html_output(for_marker(question, answer, mark))]}
        return cell if answer is None else {**cell, "source": _as_text(answer)}

    return {**pristine, "cells": [graded(cell) for cell in pristine["cells"]]}


def points_output(points: float, max_points: float) -> dict[str, Any]:
    """The one output that nbgrader reads as a mark: the first `execute_result`, a plain number."""
    value = plain_points(points, max_points)
    return {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": repr(value)}}


def for_marker(question: Question, answer: Any, mark: Mark) -> str:  # type: ignore[valid-type]
    """HTML for whoever marks: the question, the rubric or the answer in words and the key, notes; last, folded, the explanation."""
    scene, _, ask = paragraphs(question.prompt).rpartition("<p>")
    parts = [f'{scene}<p style="font-weight: bold">{ask}']
    read = _readable(question, answer)
    explained = question.kind.explain(read)
    notes = "; ".join(mark.notes)
    if question.kind.marked_by_person:
        parts.append(f"<p>Rubric:</p><ul>{''.join(f'<li>{inline(line)}</li>' for line, _ in explained.remarks)}</ul>")
        if isinstance(answer, str) and not notes:
            parts.append(f"<p>{count_words(answer)} words.</p>")
    else:
        parts.append(f"<p>Answer: {_for_eyes(question, answer, read)}</p>")
        parts.append(f"<p>Right answer: {escape(explained.key)}</p>")
    if notes:
        parts.append(f"<p>Note: {escape(notes)}</p>")
    if mark.needs_review and not question.kind.marked_by_person:
        parts.append("<p><strong>This answer could not be scored: enter a mark.</strong></p>")
    summary = '<summary style="cursor: pointer; display: list-item">Explanation</summary>'
    parts.append(f'<details style="margin-bottom: 1.5em">{summary}{paragraphs(question.explanation)}</details>')
    return _no_formula("".join(parts))


def _for_eyes(question: Question, answer: Any, read: Any) -> str:  # type: ignore[valid-type]
    """A closed answer as HTML, a line for each of its lines; one that cannot be read as it came, so that it can be marked."""
    text = _said(question, answer, read)
    if answer is not None and read is None:
        text += f": {json.dumps(answer)[:2000]}"
    lines = escape(text).splitlines()
    return "<br>".join(lines if len(lines) == 1 else ["", *lines])


def in_words(question: Question, answer: Any) -> str:  # type: ignore[valid-type]
    """An answer as people read it."""
    return _said(question, answer, _readable(question, answer))


def _said(question: Question, answer: Any, read: Any) -> str:  # type: ignore[valid-type]
    if answer is None:
        return "no answer"
    if read is None:
        return "an answer that cannot be read"
    return question.kind.say(question.kind.show(), read)


def _readable(question: Question, answer: Any) -> Any:  # type: ignore[valid-type]
    if answer is None:
        return None
    try:
        return question.read(answer)
    except AnswerError:
        return None


def _html_output(html: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}


def _as_text(answer: Any) -> str:
    """A written answer as Markdown that shows exactly what was typed.

    Formgrader renders Markdown with its HTML and mathematics in the marker's browser; a delegate's text must stay text.
    An HTML block without blank lines is taken as it stands.
    """
    text = answer if isinstance(answer, str) else f"This answer cannot be read: {json.dumps(answer)[:2000]}"
    safe = _no_formula(escape(text.strip())).replace("\\", "<span>\\</span>")
    return "<div>" + "<br>".join(line.strip() or "&nbsp;" for line in safe.splitlines()) + "</div>"


def _no_formula(html: str) -> str:
    """HTML in which no two dollar signs (US$ 5 and US$ 6) are taken for the bounds of a formula by formgrader's page."""
    return html.replace("$", "<span>$</span>")
