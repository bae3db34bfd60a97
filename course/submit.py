"""Submit: freeze a delegate's answers, give a receipt, and put the submission where `nbgrader collect` finds it.

The frozen answers go into the store first and into the exchange second, so a crash between the two loses nothing:
delivering again puts the same submission under the same name.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course.content import Course
from course.errors import AnswerError, ClosedError, CourseError, cause
from course.extensions import read_extensions
from course.i18n import SOURCE, _, language, ngettext
from course.i18n.forms import semicolons, when
from course.policy import NONE_GRANTED, Policy, Standing, standing
from course.result import Result, feedback_path, read_result
from course.store import Attempt, Record, ResponseStore, fold
from course.submission import Submission, accept_answers, as_time, attempts_json, now, submission


class DeliveryError(RuntimeError):
    """The submission is frozen but could not be put into the exchange; the message is written to the delegate."""


def submit(course: Course, store: ResponseStore, delegate: str, slug: str) -> Attempt:
    """Freeze the stored answers as the next attempt and deliver it.

    Raises ClosedError where the policy takes nothing now, AnswerError where a stored answer no longer fits the
    assessment, SaveError where the store fails, DeliveryError where only the exchange fails.
    """
    with store.alone(delegate, slug):
        attempt = _freeze(course, store, delegate, slug)
    return deliver(course, store, delegate, slug, attempt)


def unfinished(course: Course, store: ResponseStore, delegate: str, slug: str) -> Attempt | None:
    """The attempt that was frozen here and not handed over, where a further one would only repeat it or is not allowed."""
    record = fold(store.events(delegate, slug))
    last = record.attempts[-1] if record.attempts else None
    if last is None or last.delivered or last.imported:
        return None
    shown = course.asked(slug, record.seed or delegate)
    stands = standing_of(course, shown, record, delegate, now())
    answers, _ = accept_answers(shown, record.answers)
    return last if stands.state != "open" or last.submission["answers"] == answers else None


def _freeze(course: Course, store: ResponseStore, delegate: str, slug: str) -> Attempt:
    record = fold(store.events(delegate, slug))
    who = record.seed or delegate
    shown = course.asked(slug, who)
    at = now()
    stands = standing_of(course, shown, record, delegate, at)
    if stands.state != "open":
        raise ClosedError(refusal(stands))
    if stands.allowed is None and any(result_of(course, slug, one) for one in record.attempts):
        raise ClosedError(_("The result is released, so the assessment is closed."))
    asked = {question["id"] for question in shown["questions"]}
    # Nobody can answer again what is asked no more: such answers stay in the journal and are not handed in.
    answers, refused = accept_answers(shown, {name: answer for name, answer in record.answers.items() if name in asked})
    if refused:
        told = _("Some answers no longer fit the assessment; answer these questions again: {questions}")
        raise AnswerError(told.format(questions=semicolons(refused)))
    seed = who if any(question["drawn"] for question in shown["questions"]) else ""
    frozen = submission(course.id, slug, delegate, stands.used + 1, answers, at, seed, "" if language() == SOURCE else language())
    attempt = Attempt(frozen.as_dict(), secrets.token_hex(32))
    store.append(delegate, slug, [{"kind": "submit", "at": frozen.submitted_at, "submission": attempt.submission, "secret": attempt.secret}])
    return attempt


def result_of(course: Course, slug: str, attempt: Attempt) -> Result | None:
    """The result that was released to an attempt, or None: no page yet, or one that holds no data."""
    try:
        return read_result(feedback_path(course.exchange, course.id, attempt.secret, slug).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def standing_of(course: Course, shown: dict[str, Any], record: Record, delegate: str, at: str) -> Standing:
    """What the delegate may do at a time (the server's clock), by policy, extension, and the attempts in the store."""
    policy = Policy.model_validate(shown["policy"])
    try:
        extension = read_extensions(course, shown["id"]).get(delegate, NONE_GRANTED)
    except CourseError:
        # The instructor is told by every other stage; a delegate's page must not fail over it.
        extension = NONE_GRANTED
    return standing(policy, extension, record.used(delegate), as_time(at))


def refusal(stands: Standing) -> str:
    """Why nothing is taken now, in words for the delegate."""
    if stands.state == "early" and stands.opens:
        return _("This assessment opens on {time}. Nothing was submitted.").format(time=when(stands.opens))
    if stands.state == "closed" and stands.closes:
        if stands.used:
            told = _("This assessment closed on {time}. What you submitted counts.")
        else:
            told = _("This assessment closed on {time}. Your answers are kept. If something kept you from submitting, ask your instructor for an extension.")
        return told.format(time=when(stands.closes))
    if stands.allowed is None:
        return _("The result is released, so the assessment is closed.")
    if stands.allowed == 1:
        return _("You have used your one attempt.")
    return ngettext("You have used all {number} attempt.", "You have used all {number} attempts.", stands.allowed).format(number=stands.allowed)


def deliver(course: Course, store: ResponseStore, delegate: str, slug: str, attempt: Attempt) -> Attempt:
    """Put a frozen attempt into the exchange; doing it twice leaves one submission there.

    Without an exchange (on Binder, say) the attempt stays undelivered: its delegate sends the passport instead.
    An attempt that a passport brought is frozen anew: nobody hands in under another's name, nor at a time that a file says.
    """
    inbound = inbound_of(course)
    if inbound is None:
        return attempt
    frozen = Submission.model_validate(attempt.submission)
    if attempt.imported or (frozen.course, frozen.assessment, frozen.delegate) != (course.id, slug, delegate):
        return submit(course, store, delegate, slug)
    try:
        before = [Submission.model_validate(one.submission) for one in fold(store.events(delegate, slug)).own(delegate) if not one.imported]
        earlier = [one for one in before if one.attempt < frozen.attempt]
        deposit(inbound, frozen, attempt.secret, course.release / slug / f"{slug}.ipynb", earlier)
    except (OSError, ValueError) as error:
        told = _("Your answers are kept, but they could not be handed over ({why}). Press Submit again in a while.")
        raise DeliveryError(told.format(why=cause(error, _("the assessment's notebook cannot be read")))) from error
    store.append(delegate, slug, [{"kind": "delivered", "at": now(), "receipt": frozen.receipt}])
    attempt.delivered = True
    return attempt


def inbound_of(course: Course) -> Path | None:
    """Where submissions are handed in, or None where there is no exchange."""
    inbound = course.exchange / course.id / "inbound"
    return inbound if inbound.is_dir() else None


def deposit(inbound: Path, frozen: Submission, secret: str, release: Path, earlier: Sequence[Submission] = ()) -> Path:
    """Write a submission folder as nbgrader's exchange has it; it appears whole or not at all."""
    stamp = timestamp(frozen)
    target = inbound / f"{frozen.delegate}+{frozen.assessment}+{stamp}+{frozen.receipt[:12]}"
    if target.exists():
        return target
    # A name that begins with a dot is passed over by nbgrader's search until the folder is complete.
    draft = inbound / f".{target.name}.{secrets.token_hex(4)}"
    draft.mkdir(mode=0o755)
    try:
        write_submission(draft, frozen, secret, release, earlier)
        # The instructor must be able to take the folder away; its name is known to nobody else.
        draft.chmod(0o777)
        os.rename(draft, target)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError) and target.exists():
            return target
        raise
    return target


def write_submission(folder: Path, frozen: Submission, secret: str, release: Path, earlier: Sequence[Submission] = ()) -> None:
    """The files of a submission: pristine notebook with the written answers, answers, earlier attempts, time, secret."""
    # As plain JSON: nbformat takes longer to load than everything else in a delegate's kernel.
    notebook = fill_in(json.loads(release.read_text(encoding="utf-8")), frozen.answers)
    (folder / release.name).write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "answers.json").write_text(frozen.to_json(), encoding="utf-8")
    if earlier:
        (folder / "attempts.json").write_text(attempts_json(earlier), encoding="utf-8")
    (folder / "timestamp.txt").write_text(timestamp(frozen), encoding="utf-8")
    (folder / "submission_secret.txt").write_text(secret, encoding="utf-8")


def fill_in(notebook: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Put written answers into their own answer cells; every other cell stays as it was released."""
    for cell in notebook["cells"]:
        grading = cell["metadata"].get("nbgrader", {})
        answer = answers.get(grading.get("grade_id", ""))
        if grading.get("solution") and cell["cell_type"] == "markdown" and isinstance(answer, str):
            cell["source"] = answer.splitlines(keepends=True)
    return notebook


def timestamp(frozen: Submission) -> str:
    """The time in nbgrader's form, UTC: `2026-01-31 14:03:11.000000 UTC`."""
    # Not %Y, which writes the year 999 with three digits.
    return f"{frozen.time.year:04d}-{frozen.time:%m-%d %H:%M:%S.%f} UTC"
