"""An assessment's terms in words: when it opens and is due, what lateness costs, how many attempts, what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from course.policy import Policy, Standing, in_utc, span

_COUNTS = {"last": "The last one counts.", "best": "The best one counts.", "first": "The first one counts."}
_FEEDBACK = {
    "after-due": "Results are shown after the due time.",
    "marks-only": "You get marks and comments; the right answers are not shown.",
    "never": "Results are not shown here.",
}


def terms_html(shown: dict[str, Any], stands: Standing) -> str:
    """The terms as one paragraph; nothing where an assessment has none beyond its pass mark."""
    said = " ".join(terms(shown, stands))
    return f'<p class="terms">{said}</p>' if said else ""


def terms(shown: dict[str, Any], stands: Standing) -> list[str]:
    """Sentences, with times as elements that the page writes in the reader's own clock."""
    policy = Policy.model_validate(shown["policy"])
    told = []
    if stands.state == "early" and stands.opens:
        told.append(f"<strong>Opens {time_html(stands.opens)}.</strong>")
    if stands.due:
        told.append(f"<strong>{'Was due' if stands.late else 'Due'} {time_html(stands.due)}.</strong>")
    if policy.late and stands.due and stands.state == "open":
        told.append(_late(policy, stands))
    if stands.state == "closed" and stands.closes:
        told.append(f"Closed {time_html(stands.closes)}.")
    if stands.allowed == 1:
        told.append("You have one attempt." if not stands.used else "Your one attempt is used.")
    elif stands.allowed is not None:
        told.append(f"{stands.used} of {stands.allowed} attempts used. {_COUNTS[policy.counts]}")
    elif policy.counts != "last":
        told.append(f"You may submit as often as you like until results are released. {_COUNTS[policy.counts]}")
    if policy.feedback in _FEEDBACK:
        told.append(_FEEDBACK[policy.feedback])
    return told


def _late(policy: Policy, stands: Standing) -> str:
    late = policy.late
    assert late is not None
    # “each 1 day” reads oddly; “each 2 hours” does not
    step = late.step.removeprefix("1 ").removesuffix("s") if late.step.startswith("1 ") else late.step
    rule = f"each {step} begun takes {late.less:g} per cent of the points"
    rule += f", down to {late.floor:g} per cent" if late.floor else ""
    grace = f"; the first {late.grace} cost nothing" if span(late.grace) else ""
    until = f" until {time_html(stands.closes)}" if stands.closes else ""
    if stands.late:
        return f"Late answers are taken{until}: submitting now keeps {100 * stands.kept:g} per cent of the points; {rule}."
    return f"Later answers are taken{until}: {rule}{grace}."


def time_html(time: datetime) -> str:
    """A time that the page writes in the reader's own clock, and in UTC where it cannot."""
    return f'<time data-local datetime="{time:%Y-%m-%dT%H:%M:%SZ}">{in_utc(time)}</time>'
