"""Feedback: one page a delegate, made and released by nbgrader's own steps with the course's own page in them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange.default import ExchangeReleaseFeedback

from course.alone import alone
from course.collected import Refusal, read_secret
from course.content import Course
from course.errors import CourseError, Fault
from course.extensions import last_closing, read_extensions
from course.nbgrader_setup import config_for, folder_for, start
from course.progress import Progress, silent
from course.result import feedback_path, read_result
from course.submission import SubmissionError, as_time, now


@dataclass
class FeedbackResult:
    """`delegate/assessment` of every page made, of those pending a mark, released, and kept back by the policy; and what was refused."""

    made: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def feedback(
    course: Course,
    assessment: str | None = None,
    *,
    release: bool = True,
    progress: Progress = silent,
) -> FeedbackResult:
    """Make the pages of everybody graded, and release them to those who submitted. Raises CourseError.

    A page made before all is marked says "pending"; made again later, it takes the earlier one's place.
    """
    result = FeedbackResult()
    with alone(course, "course feedback"):
        for slug in [course.module(assessment).slug] if assessment else course.slugs:
            made = _make(course, slug, progress, result)
            if made and release:
                _release(course, slug, result)
    return result


def _make(course: Course, slug: str, progress: Progress, result: FeedbackResult) -> bool:
    """Whether there are pages that may be released."""
    graded = sorted((course.assessments / "autograded").glob(f"*/{slug}/{slug}.ipynb"))
    if not graded:
        return False
    policy, _ = course.built_bank(slug).policy, course.sources  # a fault in a content file concerns everybody: say it once, before any page
    if policy.disclosed(as_time(now()), last_closing(policy, read_extensions(course, slug))) == "nothing":
        for page in graded:
            _withdraw(course, page.parent, slug)
            result.withheld.append(f"{page.parent.parent.name}/{slug}")
        return False
    config = config_for(course)
    folder = folder_for(course, slug, config)
    seen: list[str] = []

    def done(delegate: str) -> None:
        seen.append(delegate)
        progress(delegate, len(seen), len(graded))

    folder.done = done
    try:
        start(GenerateFeedback(coursedir=folder, config=config, force=True))
    except NbGraderException as error:
        if not folder.faults:
            raise CourseError(Fault(course.assessments, None, f"nbgrader could not make the feedback: {error.__notes__[0]}")) from error
    result.refused += [Refusal(f"{delegate}/{slug}", reason) for delegate, reason in folder.faults]
    for delegate in seen:
        result.made.append(f"{delegate}/{slug}")
        if read_result(page_path(course, delegate, slug).read_text(encoding="utf-8")).pending:
            result.pending.append(f"{delegate}/{slug}")
    return True


def _release(course: Course, slug: str, result: FeedbackResult) -> None:
    """Put the pages into the exchange under their secret names; one without a secret must not stop the others."""
    without = []
    ready = []
    for page in sorted((course.assessments / "feedback").glob(f"*/{slug}/{slug}.html")):
        delegate = page.parent.parent.name
        try:
            read_secret(page.parent)
            ready.append(f"{delegate}/{slug}")
        except SubmissionError as error:
            without.append(delegate)
            result.refused.append(Refusal(f"{delegate}/{slug}", f"the feedback is made but cannot be released: {error}"))
    if not ready:
        return
    config = config_for(course)
    folder = folder_for(course, slug, config)
    folder.student_id_exclude = ",".join(without)
    try:
        start(ExchangeReleaseFeedback(coursedir=folder, config=config))
    except (Exception, SystemExit) as error:
        reason = next(iter(getattr(error, "__notes__", [])), str(error))
        raise CourseError(Fault(course.exchange, None, f"the feedback is made but could not be released: {reason}")) from error
    result.released += ready


def _withdraw(course: Course, graded: Path, slug: str) -> None:
    """Take back a page that was made or released under another policy."""
    shutil.rmtree(course.assessments / "feedback" / graded.parent.name / slug, ignore_errors=True)
    try:
        feedback_path(course.exchange, course.id, read_secret(graded), slug).unlink(missing_ok=True)
    except SubmissionError:
        return  # without a secret there is nothing that could have been released


def page_path(course: Course, delegate: str, slug: str) -> Path:
    return course.assessments / "feedback" / delegate / slug / f"{slug}.html"
