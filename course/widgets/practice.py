"""A practice question: check, read why, try again."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import AnswerError, SaveError
from course.i18n import SOURCE, _, language
from course.kinds._shared import plain
from course.submission import now
from course.text import ask, prompt
from course.widgets.explain import citations, feedback_html, remarks_html, sources_html
from course.widgets.panel import Panel
from course.widgets.question import done, drawing_html

if TYPE_CHECKING:
    from course.kinds import Answer
    from course.module import Module


class PracticePanel(Panel):
    """Feedback comes from Python: the page never holds the key of a question that is not yet answered."""

    def __init__(self, module: Module, question: Any, *, varies: bool = False) -> None:
        self._module = module
        self._question = question
        self._varies = varies
        super().__init__(html=practice_html(question, module.record.practice.get(question.id)))

    def first_html(self) -> str:
        return drawing_html(_("Practice"), what="practice") if self._varies else self.html

    def refresh(self) -> None:
        self.html = practice_html(self._question, self._module.record.practice.get(self._question.id))

    def answered(self, value: Any, n: int) -> None:
        try:
            answer = self._question.read(value)
        except AnswerError as error:
            self.reply = ""
            self.say(str(error), tone="error", n=n)
            return
        self.reply = practice_reply(self._question, answer, citations(self._question.source, self._module.course.sources))
        try:
            self._module.save({"kind": "practice", "at": now(), "question": self._question.id, "answer": answer})
            self._module.saved()
            self.say("", n=n)
        except SaveError as error:
            self.say(str(error), tone="error", n=n)


def practice_html(question: Any, answer: Answer | None) -> str:
    uid, head, check = f"practice-{question.id}", _("Practice"), _("Check")
    name = _("Practice: {question}").format(question=question.id.replace("-", " ") if language() == SOURCE else plain(ask(question.prompt)))
    form = question.kind.form(question.kind.show(), answer, uid, prompt(question.prompt))
    return (
        f'<section class="question practice" id="{uid}" aria-label="{escape(name, quote=True)}"{done(answer)}>'
        f'<p class="eyebrow">{head}</p><form novalidate data-send="submit">{form}'
        f'<div class="actions"><button type="submit" class="button">{check}</button></div></form></section>'
    )


def practice_reply(question: Any, answer: Answer, sources: list[str]) -> str:
    """Feedback to an answer: specific to what was chosen, the key only once it is right or cannot be marked."""
    explanation = question.kind.explain(answer)
    mark = question.score(answer)
    if mark.points is None:
        notes = "".join(f"<li>{escape(note)}</li>" for note in mark.notes)
        compare = remarks_html(explanation.remarks) + (f"<ul>{notes}</ul>" if notes else "")
        return feedback_html("info", _("Compare your text with this"), compare, "", question.explanation, sources_html(sources, question.as_of))
    if explanation.right:
        remarks = remarks_html(explanation.remarks)
        key = explanation.key if not explanation.remarks else ""
        return feedback_html("right", _("Yes"), remarks, key, question.explanation, sources_html(sources, question.as_of))
    verdict = _("Partly") if mark.points > 0 else _("Not quite")
    remarks = remarks_html(explanation.remarks)
    again = _("Change your answer and check again.")
    return feedback_html("wrong", verdict, remarks, "", "" if remarks else question.explanation, f'<p class="again">{again}</p>')
