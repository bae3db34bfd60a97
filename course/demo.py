"""Demo: the whole road with simulated delegates, on a copy of the course that is thrown away. No browser, no kernel."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.bank import Asked
from course.content import Course
from course.errors import ClosedError, CourseError
from course.kinds import Answer
from course.progress import Bar, Progress
from course.questions import Question
from course.store import FolderStore
from course.submission import now
from course.submit import submit
from course.tables import columns

SEED = 2008
"""Same seed, same cohort: the demo's table can be compared with an earlier one."""

_COHORT = ("delegate", "assessment", "points", "of", "per cent", "result")
_QUESTIONS = ("assessment", "question", "points", "marked", "facility", "discrimination")

_SENTENCES = (
    "Remittances reach households directly and rise when families need them most.",
    "The cost of sending falls hardest on those who send small amounts often.",
    "A Government can require providers to show the fee and the exchange rate before the transfer.",
    "Post offices and mobile money bring cash points closer to rural families.",
    "Remittances are private money and do not replace public spending on health and schools.",
    "Exclusive agreements between banks and transfer companies should end.",
    "Women who send money pay the same fee on smaller amounts, and so a larger share.",
    "The figures come from one edition of the database, and the year is stated.",
    "A main risk is that new rules close the cheapest channel before another opens.",
    "We advise a public comparison of prices, published every quarter.",
)


def run_demo(course_root: Path, delegates: int = 25, progress: Progress | None = None) -> dict[str, Any]:
    """Run build, submit, collect, grade, feedback and report with simulated delegates on a copy of a course.

    Returns delegates, assessments, submitted, graded, pending_review, refused, seconds, the seconds of each stage
    under `stages`, and the report under `report`. The course's own folders are only read. Without a `progress` of
    the caller's there is a bar on a terminal.
    """
    course = Course(Path(course_root).resolve(), os.environ)
    with tempfile.TemporaryDirectory(prefix="course-demo-") as folder, Bar() as bar:
        return _run(_copy(course, Path(folder) / "course"), delegates, progress or bar)


def _copy(course: Course, target: Path) -> Course:
    """A course with the same content and nothing that anybody made by running it."""
    shutil.copytree(course.modules, target / "modules", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(course.questions, target / "assessments" / "questions", ignore=shutil.ignore_patterns(".*"))
    return Course(target, {})


def _run(course: Course, delegates: int, progress: Progress) -> dict[str, Any]:
    # nbgrader takes seconds to import; only who runs the demo waits for it.
    from course.build import build
    from course.collect import collect
    from course.feedback import feedback
    from course.grade import grade
    from course.report import report

    seconds: dict[str, float] = {}

    @contextmanager
    def stage(name: str) -> Iterator[Progress]:
        started = time.perf_counter()
        progress(name, 0, 1)
        yield lambda what, done, total: progress(name, done, total)
        seconds[name] = round(time.perf_counter() - started, 3)

    with stage("build") as told:
        build(course, told)
    with stage("submit") as told:
        submitted = _submit(course, delegates, told)
    with stage("collect") as told:
        collected = collect(course, progress=told)
    with stage("grade") as told:
        graded = grade(course, progress=told)
    with stage("feedback") as told:
        pages = feedback(course, progress=told)
    with stage("report") as told:
        found = report(course, progress=told).as_dict()
    return {
        "delegates": delegates,
        "assessments": len(course.slugs),
        "submitted": submitted,
        "collected": len(collected.collected),
        "graded": len(graded.graded),
        "pending_review": graded.pending_review,
        "feedback": len(pages.released),
        "refused": len(collected.refused) + len(graded.refused) + len(pages.refused),
        "seconds": round(sum(seconds.values()), 3),
        "stages": seconds,
        "report": {"cohort": found["cohort"], "questions": found["questions"]},
    }


def table(result: dict[str, Any]) -> str:
    """The demo's result as text for a terminal: the cohort, the questions, the stages, the counts."""
    cohort = [[row[name] for name in _COHORT] for row in result["report"]["cohort"]]
    questions = [[row[name] for name in _QUESTIONS] for row in result["report"]["questions"]]
    stages = [*result["stages"].items(), ("all", result["seconds"])]
    counts = [f"{name.replace('_', ' ')} {value}" for name, value in result.items() if isinstance(value, int)]
    return "\n\n".join(
        [columns(_COHORT, cohort), columns(_QUESTIONS, questions), columns(["stage", "seconds"], stages), ", ".join(counts)]
    )


def _submit(course: Course, delegates: int, progress: Progress) -> int:
    """Answer and submit every assessment for each delegate, through the store and the exchange as a page would."""
    store = FolderStore(course.answers)
    chance = random.Random(SEED)
    banks = [course.bank(slug) for slug in course.slugs]
    submitted = 0
    for number in range(delegates):
        progress("submit", number, delegates)
        delegate = f"delegate-{number + 1:04d}"
        skill = chance.betavariate(4, 2)
        for bank in banks:
            answers = simulated_answers(bank.asked(course.id, delegate), skill, chance)
            at = now()
            events = [{"kind": "answer", "at": at, "question": name, "answer": answer} for name, answer in answers.items()]
            store.append(delegate, bank.id, events)
            try:
                submitted += submit(course, store, delegate, bank.id).delivered
            except ClosedError as error:
                raise CourseError(f"{bank.id}: nothing can be submitted now, so there is nothing to show: {error}") from error
    return submitted


def simulated_answers(asked: Sequence[Asked], skill: float, chance: random.Random) -> dict[str, Answer]:
    """Answers of somebody who knows a share `skill` of the questions, and leaves a few out."""
    left_out = 0.12 * (1 - skill)
    return {one.question.id: _answer(one.question, skill, chance) for one in asked if chance.random() >= left_out}


def _answer(question: Question, skill: float, chance: random.Random) -> Answer:  # type: ignore[valid-type]
    if question.kind.marked_by_person:
        return _text(question, chance)
    samples = question.samples()
    right = chance.random() < skill or not samples.wrong
    return chance.choice(samples.right if right else samples.wrong)


def _text(question: Question, chance: random.Random) -> str:  # type: ignore[valid-type]
    """A text of about the length asked for, made of ordinary sentences."""
    low, high = question.kind.show().get("words", (40, 80))
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < (low + high) // 2 - 8:
        sentences.append(chance.choice(_SENTENCES))
    return " ".join(sentences)
