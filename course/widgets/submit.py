"""The end of an assessment: what is answered, Submit, the receipt, and the result once it is released."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import AnswerError, SaveError
from course.result import Result
from course.store import Attempt, Record
from course.submission import short_receipt
from course.submit import DeliveryError, deliver, inbound_of, submit
from course.widgets.panel import Panel

if TYPE_CHECKING:
    from course.module import Module


class SubmitPanel(Panel):
    """Submit asks once more where answers are missing; the server's clock and the store decide, never the page."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._asking = False
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        record = self._module.record
        released = self._module.released()
        if released is not None:
            self.html = released_html(*released)
        else:
            self.html = submit_html(self._module.slug, self._module.shown, record, self._asking, inbound_of(self._module.course) is not None)

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
        elif action in ("submit", "submit-anyway"):
            self._submit(sure=action == "submit-anyway")

    def _submit(self, *, sure: bool) -> None:
        module = self._module
        record = module.record
        if module.released() is not None:
            self.say("The result is released, so the assessment is closed.", tone="error")
            return
        if any(record.answers.get(name) != shown for name, shown in module.seen.items()):
            # Another window saved since. Nobody shall hand in what this page does not show.
            module.changed(by=self)
            self.refresh()
            self.say("Answers were changed in another window. They are shown now; look at them and press Submit again.", tone="error")
            return
        if missing(module.shown, record) and not sure:
            self._asking = True
            self.refresh()
            return
        self._asking = False
        try:
            waiting = record.attempts[-1] if record.attempts and not record.attempts[-1].delivered else None
            if waiting and waiting.submission["answers"] == record.answers:
                deliver(module.course, module.store, module.delegate, module.slug, waiting)
            else:
                submit(module.course, module.store, module.delegate, module.slug)
        except (AnswerError, SaveError, DeliveryError) as error:
            self.refresh()
            self.say(str(error), tone="error")
        else:
            self.refresh()
            self.say("Submitted")


def missing(shown: dict[str, Any], record: Record) -> list[int]:
    """The positions of questions without an answer."""
    return [i for i, question in enumerate(shown["questions"]) if question["id"] not in record.answers]


def submit_html(slug: str, shown: dict[str, Any], record: Record, asking: bool, exchange: bool) -> str:
    total = len(shown["questions"])
    gaps = missing(shown, record)
    links = ", ".join(f'<a href="#{slug}-{shown["questions"][i]["id"]}">{i + 1}</a>' for i in gaps)
    open_ones = f" Not answered yet: {'question' if len(gaps) == 1 else 'questions'} {links}." if gaps else ""
    last = record.attempts[-1] if record.attempts else None
    body = f'<p class="summary"><strong>{total - len(gaps)} of {total}</strong> questions answered.{open_ones}</p>'
    if asking and gaps:
        count = "One question has" if len(gaps) == 1 else f"{len(gaps)} questions have"
        body += (
            f'<div class="confirm" tabindex="-1" data-focus><p>{count} no answer and would earn no points.</p>'
            '<div class="actions"><button type="button" class="button" data-action="submit-anyway">Submit anyway</button>'
            '<button type="button" class="button quiet" data-action="back">Go back</button></div></div>'
        )
    else:
        label = "Submit again" if last else "Submit"
        body += f'<div class="actions"><button type="button" class="button" data-action="submit">{label}</button>'
        body += '<button type="button" class="button quiet" data-action="look">Look for my result</button></div>' if last else "</div>"
    return f'<section class="submit" aria-label="Submit">{_receipt(last, record, exchange)}{body}</section>'


def _receipt(last: Attempt | None, record: Record, exchange: bool) -> str:
    if last is None:
        return "<p>When you submit, your answers are frozen and you get a receipt. You can submit again until results are released; the last one counts.</p>"
    frozen = last.submission
    changed = frozen["answers"] != record.answers
    note = "<p>You have changed answers since. Submit again to hand them in.</p>" if changed else ""
    if not last.delivered and exchange:
        note += "<p>It is not handed over yet. Press Submit again in a while.</p>"
    elif not last.delivered:
        note += (
            "<p>This server has nobody to hand your answers to. Download your progress passport below and send it to your "
            "instructor: it holds this submission.</p>"
        )
    return (
        f'<div class="receipt"><p class="verdict">Submitted <time data-local datetime="{frozen["submitted_at"]}">{frozen["submitted_at"]}</time></p>'
        f'<p>Attempt {frozen["attempt"]}. Receipt <code>{short_receipt(frozen["receipt"])}</code></p>{note}</div>'
    )


def released_html(attempt: Attempt, result: Result) -> str:
    percent = 100 * result.points / result.max_points if result.max_points else 0
    if result.pending:
        verdict, tone = "Your result so far", "info"
        words = "A person still marks part of it, so the total can rise."
    else:
        verdict, tone = ("Passed", "right") if result.passed else ("Not passed yet", "wrong")
        words = f"The pass mark is {result.pass_percent:g} per cent."
    return (
        f'<section class="submit" aria-label="Result"><div class="feedback {tone}"><p class="verdict">{escape(verdict)}</p>'
        f'<p class="score"><strong>{round(result.points, 2):g}</strong> of {result.max_points:g} points ({percent:.0f} per cent). {words}</p>'
        f'<p>Attempt {result.attempt}, receipt <code>{short_receipt(attempt.submission["receipt"])}</code>. '
        "Marks and explanations stand at each question above.</p></div>"
        '<div class="actions"><button type="button" class="button quiet" data-action="look">Look again</button></div></section>'
    )
