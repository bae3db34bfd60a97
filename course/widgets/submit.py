"""The end of an assessment: what is answered, Submit, the receipt, and the result once it is released."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import AnswerError, ClosedError, SaveError
from course.i18n import _, ngettext
from course.i18n.forms import commas, number
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

    def _form(self, record: Record, stands: Standing, who: str) -> str:
        module = self._module
        return submit_html(module.slug, module.shown, record, stands, self._asking, inbound_of(module.course) is not None, who)

    def count(self) -> None:
        self.refresh()

    def act(self, action: str, content: dict[str, Any]) -> None:
        if action == "look":
            self._module.changed(by=self)
            self.refresh()
            self.say("" if self._module.released() else _("Your result is not released yet."), tone="ok")
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
        self.say(_("Your answers are open again. Change them, then submit."))

    def _submit(self, *, sure: bool) -> None:
        module = self._module
        record = module.record
        if module.released() is not None:
            self.say(_("The result is released, so the assessment is closed."), tone="error")
            return
        if record.used(module.delegate) != self._used:
            module.changed(by=self)
            self.refresh()
            self.say(_("You have submitted in another window. The receipt is shown now; submit again only if you want to."), tone="error")
            return
        if any(record.answers.get(name) != shown for name, shown in module.seen.items()):
            # Another window saved since. Nobody shall hand in what this page does not show.
            module.changed(by=self)
            self.refresh()
            self.say(_("Answers were changed in another window. They are shown now; look at them and press Submit again."), tone="error")
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
            self.say(_("Submitted"))


def missing(shown: dict[str, Any], record: Record) -> list[int]:
    """The positions of questions without an answer."""
    return [i for i, question in enumerate(shown["questions"]) if question["id"] not in record.answers]


SHORT = ("Opens", "Due", "Was due", "Closed", "Attempts")
"""The terms that somebody about to submit wants before their eyes; the others stand at the first question."""


def submit_html(slug: str, shown: dict[str, Any], record: Record, stands: Standing, asking: bool, exchange: bool, who: str = "") -> str:
    """`who` is the delegate's id, to be given to an instructor who can grant more; nothing where nobody is known yet."""
    last = record.attempts[-1] if record.attempts else None
    body = terms_html(shown, stands, only=SHORT)
    body += _open(slug, shown, record, asking, last) if stands.state == "open" else _shut(stands, last)
    name = escape(_("Submit"), quote=True)
    return f'<section class="submit" aria-label="{name}">{_receipt(last, record, stands, exchange)}{body}{_for_more(stands, who)}</section>'


def _open(slug: str, shown: dict[str, Any], record: Record, asking: bool, last: Attempt | None) -> str:
    total = len(shown["questions"])
    gaps = missing(shown, record)
    share = _("{answered} of {total}").format(answered=total - len(gaps), total=total)
    said = ngettext("{share} question answered.", "{share} questions answered.", total).format(share=f"<strong>{share}</strong>")
    if gaps:
        links = commas(f'<a href="#{slug}-{shown["questions"][i]["id"]}">{i + 1}</a>' for i in gaps)
        said += " " + ngettext("Not answered yet: question {questions}.", "Not answered yet: questions {questions}.", len(gaps)).format(questions=links)
    body = f'<p class="summary">{said}</p>'
    if asking and gaps:
        return body + _confirm(len(gaps))
    buttons = _button("submit", _("Submit again") if last else _("Submit"))
    if last:
        buttons += _button("look", _("Look for my result"), quiet=True)
    return f'{body}<div class="actions">{buttons}</div>'


def _confirm(gaps: int) -> str:
    count = ngettext(
        "One question has no answer and would earn no points.", "{number} questions have no answer and would earn no points.", gaps
    ).format(number=gaps)
    buttons = _button("submit-anyway", _("Submit anyway")) + _button("back", _("Go back"), quiet=True)
    return f'<div class="confirm" tabindex="-1" data-focus><p>{count}</p><div class="actions">{buttons}</div></div>'


def _for_more(stands: Standing, who: str) -> str:
    if not who or (stands.due is None and stands.allowed is None):
        return ""
    said = _("To ask your instructor for more time or another attempt, give this number: {code}").format(code=f"<code>{escape(who)}</code>")
    return f'<p class="hint">{said}</p>'


def _shut(stands: Standing, last: Attempt | None) -> str:
    """What stands in place of Submit when nothing can be submitted now."""
    if last is not None and last.delivered:
        look = _button("look", _("Look for my result"), quiet=True)
        return f'<div class="actions">{look}</div>'
    if last is not None and not last.imported:
        hand_over = _button("submit", _("Hand over"))
        return f'<div class="actions">{hand_over}</div>'
    return "" if stands.state == "early" else f"<p>{refusal(stands)}</p>"


def _receipt(last: Attempt | None, record: Record, stands: Standing, exchange: bool) -> str:
    if last is None:
        if stands.state != "open":
            return ""
        said = _("When you submit, your answers are frozen and you get a receipt.")
        if stands.allowed is None:
            said += " " + _("You can submit again until results are released; the last one counts.")
        return f"<p>{said}</p>"
    frozen = last.submission
    changed = frozen["answers"] != record.answers
    notes = []
    if changed and stands.state == "open":
        notes.append(_("You have changed answers since. Submit again to hand them in."))
    if not last.delivered and exchange:
        notes.append(_("It is not handed over yet. Press the button again in a while."))
    elif not last.delivered:
        notes.append(
            _(
                "This server has nobody to hand your answers to. Download your progress passport below and send it to your "
                "instructor: it holds this submission."
            )
        )
    time = f'<time data-local datetime="{frozen["submitted_at"]}">{frozen["submitted_at"]}</time>'
    submitted = _("Submitted {time}").format(time=time)
    receipt = _("Attempt {number}. Receipt {receipt}").format(number=frozen["attempt"], receipt=f"<code>{short_receipt(frozen['receipt'])}</code>")
    return (
        f'<div class="receipt"><p class="verdict">{submitted}</p><p>{receipt}</p>'
        + "".join(f"<p>{note}</p>" for note in notes)
        + "</div>"
    )


def released_html(attempt: Attempt, result: Result, *, again: bool = False) -> str:
    if result.pending:
        verdict, tone = _("Your result so far"), "info"
        words = _("A person still marks part of it, so the total can rise.")
    else:
        verdict, tone = (_("Passed"), "right") if result.passed else (_("Not passed yet"), "wrong")
        words = _("The pass mark is {percent} per cent.").format(percent=number(result.pass_percent))
    told = [_score(result)]
    if result.penalty:
        lost = round(result.penalty, 2)
        told.append(
            ngettext("{number} point was taken off for being late.", "{number} points were taken off for being late.", lost).format(number=number(lost))
        )
    receipt = f"<code>{short_receipt(attempt.submission['receipt'])}</code>"
    which = _("Attempt {number}, receipt {receipt}.").format(number=result.attempt, receipt=receipt)
    where = _("Marks and explanations stand at each question above.") if result.disclosed == "all" else _("Marks stand at each question above.")
    name, buttons = escape(_("Result"), quote=True), _button("again", _("Try again")) if again else ""
    buttons += _button("look", _("Look again"), quiet=True)
    return (
        f'<section class="submit" aria-label="{name}"><div class="feedback {tone}"><p class="verdict">{escape(verdict)}</p>'
        f'<p class="score">{" ".join([*told, words])}</p><p>{which} {where}</p></div><div class="actions">{buttons}</div></section>'
    )


def _score(result: Result) -> str:
    percent = 100 * result.points / result.max_points if result.max_points else 0
    said = ngettext("{points} of {number} point ({percent} per cent).", "{points} of {number} points ({percent} per cent).", result.max_points)
    given = f"<strong>{number(round(result.points, 2))}</strong>"
    return said.format(points=given, number=number(result.max_points), percent=number(percent, 0))


def _button(action: str, label: str, *, quiet: bool = False) -> str:
    return f'<button type="button" class="button{" quiet" if quiet else ""}" data-action="{action}">{label}</button>'
