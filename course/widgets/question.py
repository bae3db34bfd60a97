"""A graded question: saved on every change, frozen by Submit, explained once the result is released."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import AnswerError, SaveError
from course.i18n import _, ngettext
from course.i18n.forms import number, points, points_of
from course.kinds import Answer, kinds
from course.result import QuestionResult
from course.store import Attempt
from course.submission import now
from course.submit import refusal
from course.text import paragraphs, prompt
from course.widgets.explain import feedback_html, remarks_html, sources_html
from course.widgets.panel import Panel
from course.widgets.terms import terms_html

if TYPE_CHECKING:
    from course.module import Module


class QuestionPanel(Panel):
    """The page holds the question without its key; what the store holds is what counts."""

    def __init__(self, module: Module, index: int) -> None:
        self._module = module
        self._index = index
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        module = self._module
        shown, record, stands = module.shown, module.record, module.standing
        questions = shown["questions"]
        question = questions[self._index]
        name = question["id"]
        head = _head(self._index, questions)
        released = module.released()
        module.seen = {**module.seen, name: record.answers.get(name)}
        self.say("")
        if released is not None:
            attempt, result = released
            asked = self._frozen(attempt)
            answer = attempt.submission["answers"].get(asked["id"])
            self.html = result_html(module.slug, asked, head, answer, result.questions.get(asked["id"]))
            return
        if stands.state == "open":
            self.html = question_html(module.slug, question, head, record.answers.get(name))
            if saved_at := record.saved_at.get(name, ""):
                self.say(_("Saved"), at=saved_at)
        else:
            last = record.attempts[-1] if record.attempts else None
            asked = self._frozen(last) if last else question
            given = (last.submission["answers"] if last else record.answers).get(asked["id"])
            self.html = closed_html(module.slug, asked, head, given, early=stands.state == "early")
        if self._index == 0:
            self.html = terms_html(shown, stands) + self.html

    def _frozen(self, attempt: Attempt) -> dict[str, Any]:
        """The question of this place as it was drawn when an attempt was frozen."""
        return self._module.asked(attempt.submission.get("seed") or attempt.submission["delegate"])["questions"][self._index]

    def first_html(self) -> str:
        questions = self._module.shown["questions"]
        question = questions[self._index]
        if not question["drawn"] and not question.get("shuffle"):
            return self.html
        return drawing_html(_head(self._index, questions), points(question["points"]))

    def answered(self, value: Any, n: int) -> None:
        question = self._module.shown["questions"][self._index]
        if self._module.released() is not None:
            self.say(_("The result is released, so this answer was not saved."), tone="error", n=n, unsaved=True)
            return
        stands = self._module.standing
        if stands.state != "open":
            self.say(_("{why} This answer was not saved.").format(why=refusal(stands)), tone="error", n=n, unsaved=True)
            return
        told = ""
        try:
            try:
                answer = kinds()[question["kind"]].read(question["shown"], value)
            except AnswerError as error:
                if error.kept is None:
                    raise
                answer, told = error.kept, _("{error} The rest is saved.").format(error=error)
            record = self._module.record
            at = record.saved_at.get(question["id"], "")
            # The page sends typed text when the hand pauses and again when it leaves the field: once is enough.
            if answer != record.answers.get(question["id"]):
                at = now()
                seed = {"seed": self._module.who} if question["drawn"] else {}
                self._module.save({"kind": "answer", "at": at, "question": question["id"], "answer": answer, **seed})
            self._module.seen[question["id"]] = answer
        except (AnswerError, SaveError) as error:
            words = str(error)
            if isinstance(error, AnswerError) and question["id"] in self._module.record.answers:
                words = _("{error} The answer saved before is kept.").format(error=error)
            # Whatever was typed and not stored stays in the window, also over a reload.
            self.say(words, tone="error", n=n, unsaved=True)
        else:
            if told:
                self.say(told, tone="error", n=n)
            else:
                self.say(_("Saved"), at=at, n=n)
            self._module.saved()


def _head(index: int, questions: list[dict[str, Any]]) -> str:
    return _("Question {number} of {total}").format(number=index + 1, total=len(questions))


def question_html(slug: str, question: dict[str, Any], head: str, answer: Answer | None) -> str:
    uid = f"{slug}-{question['id']}"
    form = kinds()[question["kind"]].form(question["shown"], answer, uid, prompt(question["prompt"]))
    return (
        f'<section class="question graded" id="{uid}" aria-label="{escape(head)}"{done(answer)}>'
        f'<p class="eyebrow">{escape(head)} <span class="points">{points(question["points"])}</span></p>'
        f'<form novalidate data-send="change">{form}</form></section>'
    )


def done(answer: Answer | None) -> str:
    """The attribute by which a page's contents count what is done."""
    return "" if answer is None else " data-done"


def drawing_html(head: str, worth: str = "", what: str = "graded") -> str:
    """In the place of a question of each delegate's own, until the page knows whose it is."""
    drawing = _("Your own question is being drawn.")
    return (
        f'<section class="question {what} drawing" aria-label="{escape(head)}"><p class="eyebrow">{escape(head)} <span class="points">{worth}</span></p>'
        f'<p class="given none">{drawing}</p></section>'
    )


def closed_html(slug: str, question: dict[str, Any], head: str, answer: Answer | None, *, early: bool) -> str:
    """The question while nothing can be answered: not yet, with nothing of it, or no more, with what was answered."""
    if early:
        later = _("This question is shown when the assessment opens.")
        body = f'<p class="given none">{later}</p>'
    else:
        body = f'<p class="prompt">{prompt(question["prompt"])}</p>{_given(question, answer)}'
    return (
        f'<section class="question graded closed" id="{slug}-{question["id"]}" aria-label="{escape(head)}"{done(answer)}>'
        f'<p class="eyebrow">{escape(head)} <span class="points">{points(question["points"])}</span></p>{body}</section>'
    )


def _given(question: dict[str, Any], answer: Answer | None) -> str:
    """What was answered, in words; an option's may be marked up, a delegate's own text is shown as it was typed."""
    label, none = _("Your answer"), _("No answer.")
    if answer is None:
        return f"<p class=\"label\">{label}</p><p class='given none'>{none}</p>"
    kind = kinds()[question["kind"]]
    said = _said(question, answer)
    words = f'<p dir="auto">{escape(said)}</p>' if kind.marked_by_person else paragraphs(said)
    return f"<p class=\"label\">{label}</p><div class='given'>{words}</div>"


def _said(question: dict[str, Any], answer: Answer) -> str:
    """An answer in words, whatever it is: the question may have become another since, and a passport can hold anything."""
    kind = kinds()[question["kind"]]
    try:
        return kind.say(question["shown"], kind.read(question["shown"], answer))
    except AnswerError:
        return _("An answer that the question no longer takes.")


def result_html(slug: str, question: dict[str, Any], head: str, answer: Answer | None, result: QuestionResult | None) -> str:
    """The question as it was answered, its mark, and what there is to learn from it."""
    kind = kinds()[question["kind"]]
    said = _said(question, answer) if answer is not None else ""
    given = _given(question, answer)
    return (
        f'<section class="question graded marked" id="{slug}-{question["id"]}" aria-label="{escape(head)}" data-done>'
        f'<p class="eyebrow">{escape(head)} <span class="points">{_mark_words(question, result)}</span></p>'
        f'<p class="prompt">{prompt(question["prompt"])}</p>{given}'
        f"{_feedback(result, said, kind.marked_by_person)}</section>"
    )


def _mark_words(question: dict[str, Any], result: QuestionResult | None) -> str:
    if result is None or result.points is None:
        full = question["points"]
        return ngettext("pending, of {number} point", "pending, of {number} points", full).format(number=number(full))
    return points_of(result.points, result.max_points)


def _feedback(result: QuestionResult | None, said: str, person: bool) -> str:
    if result is None:
        return ""
    label = _("Comment")
    comment = f'<p class="label">{label}</p>{paragraphs(result.comment)}' if result.comment else ""
    if result.points is None:
        return feedback_html("info", _("A person still marks this answer."), "", "", "", "") + comment
    full = result.points >= result.max_points
    verdict = _("Right") if full else _("Partly right") if result.points > 0 else _("Not right")
    tone = "right" if full else "wrong"
    if person:
        # A person's mark is no verdict of right or wrong, and the feedback page says the same.
        verdict, tone = _("Marked by a person"), "info"
    # What stands right above as the answer need not be said again.
    remarks = remarks_html([("" if what == said else what, say) for what, say in result.remarks])
    key = "" if full else result.key
    sources = sources_html(result.sources, result.as_of)
    return feedback_html(tone, verdict, remarks, key, result.explanation, sources) + comment
