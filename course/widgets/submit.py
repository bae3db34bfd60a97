"""The end of an assessment: what is answered, Submit, the receipt, and the result once it is released."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import AnswerError, ClosedError, SaveError
from course.policy import Standing
from course.result import Result
from course.store import Attempt, Record
from course.submission import now, short_receipt
from course.submit import DeliveryError, deliver, inbound_of, refusal, submit
from course.widgets.panel import Panel
from course.widgets.terms import terms_html

if TYPE_CHECKING:
    from course.module import Module


class SubmitPanel(Panel):
    """Submit asks once more where answers are missing; the server's clock and the store decide, never the page."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._asking = False
        self._used = 0
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        module = self._module
        record, stands = module.record, module.standing
        self._used = stands.used
        released = module.released()
        if released is not None:
            self.html = released_html(*released, again=stands.may_try_again)
        else:
            self.html = self._form(record, stands, module.delegate)

    def first_html(self) -> str:
        module = self._module
        return self._form(Record(), module.standing, "")

    def _form(self, record: Record, stands: Standing, number: str) -> str:
        module = self._module
        return submit_html(module.slug, module.shown, record, stands, self._asking, inbound_of(module.course) is not None, number)

    def count(self) -> None:
        self.refresh()

    def act(self, action: str, content: dict[str, Any]) -> None:
        if action == "look":
            self._module.changed(by=self)
            self.refresh()
            self.say("" if self._module.released() else "Your result is not released yet.", tone="ok")
        elif action == "back":
            self._asking = False
            self.refresh()
        elif action == "again":
            self._again()
        elif action in ("submit", "submit-anyway"):
            self._submit(sure=action == "submit-anyway")

    def _again(self) -> None:
        module = self._module
        if module.released() is None or not module.standing.may_try_again:
            self.refresh()
            self.say(refusal(module.standing), tone="error")
            return
        try:
            module.save({"kind": "again", "at": now()})
        except SaveError as error:
            self.say(str(error), tone="error")
            return
        module.changed(by=self)
        self.refresh()
        self.say("Your answers are open again. Change them, then submit.")

    def _submit(self, *, sure: bool) -> None:
        module = self._module
        record = module.record
        if module.released() is not None:
            self.say("The result is released, so the assessment is closed.", tone="error")
            return
        if record.used(module.delegate) != self._used:
            module.changed(by=self)
            self.refresh()
            self.say("You have submitted in another window. The receipt is shown now; submit again only if you want to.", tone="error")
            return
        if any(record.answers.get(name) != shown for name, shown in module.seen.items()):
            # Another window saved since. Nobody shall hand in what this page does not show.
            module.changed(by=self)
            self.refresh()
            self.say("Answers were changed in another window. They are shown now; look at them and press Submit again.", tone="error")
            return
        waiting = record.attempts[-1] if record.attempts and not record.attempts[-1].delivered else None
        is_open = module.standing.state == "open"
        # Frozen here in time, handing it over is owed to nobody's clock; what a passport brought is frozen anew, and that is.
        stuck = waiting is not None and (waiting.submission["answers"] == record.answers if is_open else not waiting.imported)
        if not is_open and not stuck:
            module.changed(by=self)
            self.refresh()
            self.say(refusal(module.standing), tone="error")
            return
        if missing(module.shown, record) and not sure and not stuck:
            self._asking = True
            self.refresh()
            return
        self._asking = False
        try:
            if waiting is not None and stuck:
                deliver(module.course, module.store, module.delegate, module.slug, waiting)
            else:
                submit(module.course, module.store, module.delegate, module.slug)
        except (AnswerError, ClosedError, SaveError, DeliveryError) as error:
            self.refresh()
            self.say(str(error), tone="error")
        else:
            if module.standing.state != "open":
                module.changed(by=self)
            self.refresh()
            self.say("Submitted")


def missing(shown: dict[str, Any], record: Record) -> list[int]:
    """The positions of questions without an answer."""
    return [i for i, question in enumerate(shown["questions"]) if question["id"] not in record.answers]


SHORT = ("Opens", "Due", "Was due", "Closed", "Attempts")
"""The terms that somebody about to submit wants before their eyes; the others stand at the first question."""


def submit_html(slug: str, shown: dict[str, Any], record: Record, stands: Standing, asking: bool, exchange: bool, number: str = "") -> str:
    """`number` is the delegate's id, to be given to an instructor who can grant more; nothing where nobody is known yet."""
    last = record.attempts[-1] if record.attempts else None
    body = terms_html(shown, stands, only=SHORT)
    body += _open(slug, shown, record, asking, last) if stands.state == "open" else _shut(stands, last)
    return f'<section class="submit" aria-label="Submit">{_receipt(last, record, stands, exchange)}{body}{_for_more(stands, number)}</section>'


def _open(slug: str, shown: dict[str, Any], record: Record, asking: bool, last: Attempt | None) -> str:
    total = len(shown["questions"])
    gaps = missing(shown, record)
    links = ", ".join(f'<a href="#{slug}-{shown["questions"][i]["id"]}">{i + 1}</a>' for i in gaps)
    open_ones = f" Not answered yet: {'question' if len(gaps) == 1 else 'questions'} {links}." if gaps else ""
    body = f'<p class="summary"><strong>{total - len(gaps)} of {total}</strong> questions answered.{open_ones}</p>'
    if asking and gaps:
        count = "One question has" if len(gaps) == 1 else f"{len(gaps)} questions have"
        return body + (
            f'<div class="confirm" tabindex="-1" data-focus><p>{count} no answer and would earn no points.</p>'
            '<div class="actions"><button type="button" class="button" data-action="submit-anyway">Submit anyway</button>'
            '<button type="button" class="button quiet" data-action="back">Go back</button></div></div>'
        )
    label = "Submit again" if last else "Submit"
    return f'{body}<div class="actions"><button type="button" class="button" data-action="submit">{label}</button>{_LOOK if last else ""}</div>'


def _for_more(stands: Standing, number: str) -> str:
    if not number or (stands.due is None and stands.allowed is None):
        return ""
    return f'<p class="hint">To ask your instructor for more time or another attempt, give this number: <code>{escape(number)}</code></p>'


_LOOK = '<button type="button" class="button quiet" data-action="look">Look for my result</button>'


def _shut(stands: Standing, last: Attempt | None) -> str:
    """What stands in place of Submit when nothing can be submitted now."""
    if last is not None and last.delivered:
        return f'<div class="actions">{_LOOK}</div>'
    if last is not None and not last.imported:
        return '<div class="actions"><button type="button" class="button" data-action="submit">Hand over</button></div>'
    return "" if stands.state == "early" else f"<p>{refusal(stands)}</p>"


def _receipt(last: Attempt | None, record: Record, stands: Standing, exchange: bool) -> str:
    if last is None:
        if stands.state != "open":
            return ""
        again = " You can submit again until results are released; the last one counts." if stands.allowed is None else ""
        return f"<p>When you submit, your answers are frozen and you get a receipt.{again}</p>"
    frozen = last.submission
    changed = frozen["answers"] != record.answers
    note = "<p>You have changed answers since. Submit again to hand them in.</p>" if changed and stands.state == "open" else ""
    if not last.delivered and exchange:
        note += "<p>It is not handed over yet. Press the button again in a while.</p>"
    elif not last.delivered:
        note += (
            "<p>This server has nobody to hand your answers to. Download your progress passport below and send it to your "
            "instructor: it holds this submission.</p>"
        )
    return (
        f'<div class="receipt"><p class="verdict">Submitted <time data-local datetime="{frozen["submitted_at"]}">{frozen["submitted_at"]}</time></p>'
        f'<p>Attempt {frozen["attempt"]}. Receipt <code>{short_receipt(frozen["receipt"])}</code></p>{note}</div>'
    )


def released_html(attempt: Attempt, result: Result, *, again: bool = False) -> str:
    percent = 100 * result.points / result.max_points if result.max_points else 0
    if result.pending:
        verdict, tone = "Your result so far", "info"
        words = "A person still marks part of it, so the total can rise."
    else:
        verdict, tone = ("Passed", "right") if result.passed else ("Not passed yet", "wrong")
        words = f"The pass mark is {result.pass_percent:g} per cent."
    late = f" {round(result.penalty, 2):g} points were taken off for being late." if result.penalty else ""
    where = "Marks and explanations stand" if result.disclosed == "all" else "Marks stand"
    more = '<button type="button" class="button" data-action="again">Try again</button>' if again else ""
    return (
        f'<section class="submit" aria-label="Result"><div class="feedback {tone}"><p class="verdict">{escape(verdict)}</p>'
        f'<p class="score"><strong>{round(result.points, 2):g}</strong> of {result.max_points:g} points ({percent:.0f} per cent).{late} {words}</p>'
        f'<p>Attempt {result.attempt}, receipt <code>{short_receipt(attempt.submission["receipt"])}</code>. '
        f"{where} at each question above.</p></div>"
        f'<div class="actions">{more}<button type="button" class="button quiet" data-action="look">Look again</button></div></section>'
    )
