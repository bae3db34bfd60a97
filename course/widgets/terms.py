"""An assessment's terms in words: when it opens and is due, what lateness costs, how many attempts, what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from course.i18n import N_, _, ngettext
from course.i18n.forms import number, when
from course.policy import Late, Policy, Standing, span

_COUNTS = {"last": N_("the last one counts"), "best": N_("the best one counts"), "first": N_("the first one counts")}
_FEEDBACK = {
    "after-due": N_("marks, right answers and explanations, once the assessment has closed for everybody"),
    "marks-only": N_("marks and comments; the right answers are not shown"),
    "never": N_("not shown here"),
}


def terms_html(shown: dict[str, Any], stands: Standing, *, only: tuple[str, ...] = ()) -> str:
    """The terms as a list of short lines, or those of some names; nothing where an assessment has none beyond its pass mark."""
    lines = [(name, said) for name, said in terms(shown, stands) if not only or name in only]
    rows = "".join(f"<div><dt>{_(name)}</dt><dd>{said}</dd></div>" for name, said in lines)
    return f'<dl class="terms">{rows}</dl>' if rows else ""


def terms(shown: dict[str, Any], stands: Standing) -> list[tuple[str, str]]:
    """English name, and words, of each term, with times as elements that the page writes in the reader's own clock."""
    policy = Policy.model_validate(shown["policy"])
    told = []
    if stands.state == "early" and stands.opens:
        told.append((N_("Opens"), time_html(stands.opens)))
    if stands.due:
        told.append((N_("Was due") if stands.late else N_("Due"), time_html(stands.due)))
    if stands.state == "closed" and stands.closes and stands.closes != stands.due:
        told.append((N_("Closed"), time_html(stands.closes)))
    if policy.late and stands.due and stands.state == "open":
        told.append((N_("Late"), _late(policy.late, stands)))
    if stands.allowed == 1:
        told.append((N_("Attempts"), _("one, which is used") if stands.used else _("one")))
    elif stands.allowed is not None:
        used = _("{used} of {total} used; {rule}").format(used=stands.used, total=stands.allowed, rule=_(_COUNTS[policy.counts]))
        told.append((N_("Attempts"), used))
    elif policy.counts != "last":
        many = _("as many as you like until results are released; {rule}").format(rule=_(_COUNTS[policy.counts]))
        told.append((N_("Attempts"), many))
    if policy.feedback in _FEEDBACK:
        told.append((N_("Result"), _(_FEEDBACK[policy.feedback])))
    return told


def _late(late: Late, stands: Standing) -> str:
    said = _rule(late.step).format(less=number(late.less), number=_many(late.step))
    if late.floor:
        said = _("{rule}, down to {floor} per cent").format(rule=said, floor=number(late.floor))
    if stands.late:
        kept = _("submitting now keeps {percent} per cent of the points; {rule}")
        said = kept.format(percent=number(100 * stands.kept), rule=said)
    elif span(late.grace):
        said = _("{rule}; {grace}").format(rule=said, grace=_grace(late.grace).format(number=_many(late.grace)))
    return _("until {time}: {rule}").format(time=time_html(stands.closes), rule=said) if stands.closes else said


def _rule(step: str) -> str:
    """What each step costs, with its `{number}` and `{less}` left to be put in."""
    many = _many(step)
    return {
        "minute": ngettext("each minute begun takes {less} per cent of the points", "each {number} minutes begun takes {less} per cent of the points", many),
        "hour": ngettext("each hour begun takes {less} per cent of the points", "each {number} hours begun takes {less} per cent of the points", many),
        "day": ngettext("each day begun takes {less} per cent of the points", "each {number} days begun takes {less} per cent of the points", many),
        "week": ngettext("each week begun takes {less} per cent of the points", "each {number} weeks begun takes {less} per cent of the points", many),
    }[_unit(step)]


def _grace(length: str) -> str:
    """What costs nothing, with its `{number}` left to be put in."""
    many = _many(length)
    return {
        "minute": ngettext("the first minute costs nothing", "the first {number} minutes cost nothing", many),
        "hour": ngettext("the first hour costs nothing", "the first {number} hours cost nothing", many),
        "day": ngettext("the first day costs nothing", "the first {number} days cost nothing", many),
        "week": ngettext("the first week costs nothing", "the first {number} weeks cost nothing", many),
    }[_unit(length)]


def _many(length: str) -> int:
    return int(length.split()[0])


def _unit(length: str) -> str:
    return length.split()[1].removesuffix("s")


def time_html(time: datetime) -> str:
    """A time that the page writes in the reader's own clock, and in UTC where it cannot."""
    return f'<time data-local datetime="{time:%Y-%m-%dT%H:%M:%SZ}">{when(time)}</time>'
