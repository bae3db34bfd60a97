"""An assessment's terms in words: when it opens and is due, what lateness costs, how many attempts, what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from course.policy import Late, Policy, Standing, in_utc, span

_COUNTS = {"last": "the last one counts", "best": "the best one counts", "first": "the first one counts"}
_FEEDBACK = {
    "after-due": "marks, right answers and explanations, once the assessment has closed for everybody",
    "marks-only": "marks and comments; the right answers are not shown",
    "never": "not shown here",
}


def terms_html(shown: dict[str, Any], stands: Standing, *, only: tuple[str, ...] = ()) -> str:
    """The terms as a list of short lines, or those of some names; nothing where an assessment has none beyond its pass mark."""
    lines = [(name, said) for name, said in terms(shown, stands) if not only or name in only]
    rows = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in lines)
    return f'<dl class="terms">{rows}</dl>' if rows else ""


def terms(shown: dict[str, Any], stands: Standing) -> list[tuple[str, str]]:
    """Name and words of each term, with times as elements that the page writes in the reader's own clock."""
    policy = Policy.model_validate(shown["policy"])
    told = []
    if stands.state == "early" and stands.opens:
        told.append(("Opens", time_html(stands.opens)))
    if stands.due:
        told.append(("Was due" if stands.late else "Due", time_html(stands.due)))
    if stands.state == "closed" and stands.closes and stands.closes != stands.due:
        told.append(("Closed", time_html(stands.closes)))
    if policy.late and stands.due and stands.state == "open":
        told.append(("Late", _late(policy.late, stands)))
    if stands.allowed == 1:
        told.append(("Attempts", "one, which is used" if stands.used else "one"))
    elif stands.allowed is not None:
        told.append(("Attempts", f"{stands.used} of {stands.allowed} used; {_COUNTS[policy.counts]}"))
    elif policy.counts != "last":
        told.append(("Attempts", f"as many as you like until results are released; {_COUNTS[policy.counts]}"))
    if policy.feedback in _FEEDBACK:
        told.append(("Result", _FEEDBACK[policy.feedback]))
    return told


def _late(late: Late, stands: Standing) -> str:
    rule = f"each {_one(late.step)} begun takes {late.less:g} per cent of the points" + (f", down to {late.floor:g} per cent" if late.floor else "")
    until = f"until {time_html(stands.closes)}: " if stands.closes else ""
    if stands.late:
        return f"{until}submitting now keeps {100 * stands.kept:g} per cent of the points; {rule}"
    first = _one(late.grace)
    grace = f"; the first {first} {'costs' if first != late.grace else 'cost'} nothing" if span(late.grace) else ""
    return f"{until}{rule}{grace}"


def _one(length: str) -> str:
    """“each day” for 1 day, “each 2 hours” for two."""
    return length.removeprefix("1 ")


def time_html(time: datetime) -> str:
    """A time that the page writes in the reader's own clock, and in UTC where it cannot."""
    return f'<time data-local datetime="{time:%Y-%m-%dT%H:%M:%SZ}">{in_utc(time)}</time>'
