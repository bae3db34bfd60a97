"""Which of a delegate's attempts counts. Pure; both roads to the gradebook call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course.bank import Bank
from course.policy import NONE_GRANTED, Extension, Policy
from course.scoring import Scored, score_submission
from course.submission import Submission, SubmissionError


@dataclass(frozen=True)
class Counted:
    """The attempt that counts, scored, and what the instructor should know of the others."""

    submission: Submission
    scored: Scored
    notes: tuple[str, ...] = ()


def counting(bank: Bank, attempts: Sequence[Submission], extension: Extension = NONE_GRANTED) -> Counted:
    """The attempt that the policy counts. Raises SubmissionError, in words for the instructor, where none can.

    The best attempt is the one with most points from scoring, less what lateness costs; of equals the one with
    more answers, then the later one. Marks that people give play no part in that, so the attempt does not change under the
    marker's hands.
    """
    policy = bank.policy
    reasons = {one.attempt: policy.takes(one.attempt, one.time, extension) for one in attempts}
    taken = sorted((one for one in attempts if not reasons[one.attempt]), key=lambda one: one.attempt)
    refused = [reason for _, reason in sorted(reasons.items()) if reason]
    if not taken:
        raise SubmissionError(f"nothing of it counts: {'; '.join(refused)}; grant an extension with `course extend` if it should")
    if policy.counts == "best":
        every = [(one, score_submission(bank, one)) for one in taken]
        submission, scored = max(every, key=lambda found: _worth(policy, extension, *found))
    else:
        submission = taken[-1] if policy.counts == "last" else taken[0]
        scored = score_submission(bank, submission)
    notes = [f"not counted: {reason}" for reason in refused]
    return Counted(submission, scored, (*scored.notes, *notes))


def _worth(policy: Policy, extension: Extension, submission: Submission, scored: Scored) -> tuple[float, int, int]:
    points = sum(row.auto_score or 0.0 for row in scored.rows) * policy.kept(submission.time, extension)
    return round(points, 6), sum(one.question.id in submission.answers for one in scored.asked), submission.attempt
