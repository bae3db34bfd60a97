"""Submit: freeze a delegate's answers, give a receipt, and put the submission where `nbgrader collect` finds it.

The frozen answers go into the store first and into the exchange second, so a crash between the two loses nothing:
delivering again puts the same submission under the same name.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import nbformat

from course.content import Course
from course.errors import AnswerError
from course.store import Attempt, ResponseStore, fold
from course.submission import Submission, accept_answers, now, submission


class DeliveryError(RuntimeError):
    """The submission is frozen but could not be put into the exchange; the message is written to the delegate."""


def submit(course: Course, store: ResponseStore, delegate: str, slug: str) -> Attempt:
    """Freeze the stored answers as the next attempt and deliver it.

    Raises AnswerError where a stored answer no longer fits the assessment, SaveError where the store fails,
    DeliveryError where only the exchange fails.
    """
    record = fold(store.events(delegate, slug))
    shown = course.shown(slug)
    asked = {question["id"] for question in shown["questions"]}
    # Nobody can answer again what is asked no more: such answers stay in the journal and are not handed in.
    answers, refused = accept_answers(shown, {name: answer for name, answer in record.answers.items() if name in asked})
    if refused:
        raise AnswerError(f"Some answers no longer fit the assessment; answer these questions again: {'; '.join(refused)}")
    frozen = submission(course.id, slug, delegate, len(record.attempts) + 1, answers, now())
    attempt = Attempt(frozen.model_dump(), secrets.token_hex(32))
    store.append(delegate, slug, [{"kind": "submit", "at": frozen.submitted_at, "submission": attempt.submission, "secret": attempt.secret}])
    return deliver(course, store, delegate, slug, attempt)


def deliver(course: Course, store: ResponseStore, delegate: str, slug: str, attempt: Attempt) -> Attempt:
    """Put a frozen attempt into the exchange; doing it twice leaves one submission there.

    Without an exchange (on Binder, say) the attempt stays undelivered: its delegate sends the passport instead.
    An attempt that a passport brought from another id is frozen anew: nobody hands in under another's name.
    """
    inbound = inbound_of(course)
    if inbound is None:
        return attempt
    frozen = Submission.model_validate(attempt.submission)
    if (frozen.course, frozen.assessment, frozen.delegate) != (course.id, slug, delegate):
        return submit(course, store, delegate, slug)
    try:
        deposit(inbound, frozen, attempt.secret, course.release / slug / f"{slug}.ipynb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "the assessment's notebook cannot be read"
        raise DeliveryError(f"Your answers are kept, but they could not be handed over ({why.lower()}). Press Submit again in a while.") from error
    store.append(delegate, slug, [{"kind": "delivered", "at": now(), "receipt": frozen.receipt}])
    attempt.delivered = True
    return attempt


def inbound_of(course: Course) -> Path | None:
    """Where submissions are handed in, or None where there is no exchange."""
    inbound = course.exchange / course.id / "inbound"
    return inbound if inbound.is_dir() else None


def deposit(inbound: Path, frozen: Submission, secret: str, release: Path) -> Path:
    """Write a submission folder as nbgrader's exchange has it; it appears whole or not at all."""
    stamp = timestamp(frozen)
    target = inbound / f"{frozen.delegate}+{frozen.assessment}+{stamp}+{frozen.receipt[:12]}"
    if target.exists():
        return target
    # A name that begins with a dot is passed over by nbgrader's search until the folder is complete.
    draft = inbound / f".{target.name}.{secrets.token_hex(4)}"
    draft.mkdir(mode=0o755)
    try:
        write_submission(draft, frozen, secret, release)
        # The instructor must be able to take the folder away; its name is known to nobody else.
        draft.chmod(0o777)
        os.rename(draft, target)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError) and target.exists():
            return target
        raise
    return target


def write_submission(folder: Path, frozen: Submission, secret: str, release: Path) -> None:
    """The four files of a submission: pristine notebook with the written answers, answers, time, secret."""
    notebook = fill_in(nbformat.read(release, as_version=4), frozen.answers)
    nbformat.write(notebook, folder / release.name)
    (folder / "answers.json").write_text(frozen.to_json(), encoding="utf-8")
    (folder / "timestamp.txt").write_text(timestamp(frozen), encoding="utf-8")
    (folder / "submission_secret.txt").write_text(secret, encoding="utf-8")


def fill_in(notebook: Any, answers: dict[str, Any]) -> Any:
    """Put written answers into their own answer cells; every other cell stays as it was released."""
    for cell in notebook.cells:
        grading = cell.metadata.get("nbgrader", {})
        answer = answers.get(grading.get("grade_id", ""))
        if grading.get("solution") and cell.cell_type == "markdown" and isinstance(answer, str):
            cell.source = answer
    return notebook


def timestamp(frozen: Submission) -> str:
    """The time in nbgrader's form, UTC: `2026-01-31 14:03:11.000000 UTC`."""
    return frozen.time.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
