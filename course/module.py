"""What a lesson talks to: `Module("remittances")` opens a module for the delegate whose kernel this is."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from course.content import Course
from course.draws import asked_of, drawn
from course.errors import SaveError
from course.i18n import speak
from course.identity import delegate_id
from course.policy import Standing
from course.result import Result
from course.store import Attempt, Event, FolderStore, Record, ResponseStore, fold
from course.submission import TIME, now
from course.submit import result_of, standing_of

if TYPE_CHECKING:
    from course.explorers.base import Explorer
    from course.widgets.panel import Panel


class Module:
    """A module as one delegate works on it; each method gives the widget of one cell.

    With a language (`"fr"`) this process speaks it from now on: a lesson's kernel serves one page.
    Raises CourseError where the module or its files are missing or faulty, KeyError for an unknown question.
    """

    def __init__(
        self, slug: str, *, language: str = "", course: Course | None = None, store: ResponseStore | None = None, delegate: str | None = None
    ) -> None:
        if language:
            speak(language)
        self.course = course or Course.find()
        self.entry = self.course.module(slug)
        self.slug = slug
        self.store = store or FolderStore(self.course.answers)
        self.delegate = delegate or delegate_id(os.environ, self.course.answers)
        self._panels: list[Panel] = []
        self._folded: tuple[Sequence[Event] | None, Record] = None, Record()
        self._asked: dict[str, dict[str, Any]] = {}
        self.seen: dict[str, Any] = {}
        """The answer that this page shows for each graded question on it; None where it shows none."""

    def explorer(self, name: str) -> Explorer:
        """An interactive figure, by its slug."""
        from course.explorers import explorer

        return explorer(name)

    def practice(self, question_id: str) -> Panel:
        """A practice question: feedback at once, as many tries as one likes."""
        from course.widgets.practice import PracticePanel

        question = self._practice.question(question_id)
        if question.vary:
            own = question.variant(drawn(question.rows, self.course.id, self.delegate, question_id)[0])
            return self._keep(PracticePanel(self, own, varies=True))
        return self._keep(PracticePanel(self, question))

    def question(self, question_id: str) -> Panel:
        """A graded question, or a place of a pool: saved as it is answered, marked after it is submitted."""
        from course.widgets.question import QuestionPanel

        cells = [question["cell"] for question in self.shown["questions"]]
        if question_id not in cells:
            raise KeyError(f"there is no question `{question_id}` in {self.slug}; it has {', '.join(cells)}")
        return self._keep(QuestionPanel(self, cells.index(question_id)))

    def submit(self) -> Panel:
        """The end of the assessment: what is answered, Submit, the receipt and, once released, the result."""
        from course.widgets.submit import SubmitPanel

        return self._keep(SubmitPanel(self))

    def passport(self) -> Panel:
        """Download the progress passport, or load one."""
        from course.widgets.passport import PassportPanel

        return self._keep(PassportPanel(self))

    # What the panels ask and tell.

    @property
    def shown(self) -> dict[str, Any]:
        """The graded questions that this delegate is asked, without their keys."""
        return self.asked(self.who)

    def asked(self, who: str) -> dict[str, Any]:
        """The graded questions as they were drawn for an id: this delegate's, or the one that an attempt was frozen with."""
        if who not in self._asked:
            self._asked[who] = asked_of(self._published, self.course.id, who)
        return self._asked[who]

    @cached_property
    def _published(self) -> dict[str, Any]:
        return self.course.shown(self.slug)

    @property
    def who(self) -> str:
        """Whose draw the questions are: this delegate's, or that of the passport that brought the answers."""
        return self.record.seed or self.delegate

    @property
    def standing(self) -> Standing:
        """What the delegate may do now, by the server's clock."""
        return standing_of(self.course, self._published, self.record, self.delegate, now())

    @cached_property
    def _practice(self) -> Any:
        return self.course.practice(self.slug)

    @property
    def record(self) -> Record:
        """The delegate's work as the store has it now; empty where the store cannot be read (saving will say why)."""
        try:
            events = self.store.events(self.delegate, self.slug)
        except SaveError:
            return Record()
        if events is not self._folded[0]:
            self._folded = events, fold(events)
        return self._folded[1]

    def save(self, event: dict[str, Any]) -> None:
        """Keep an event. Raises SaveError with words for the delegate.

        A new event is never older than what is there, or an answer saved under a clock that ran ahead would win for ever.
        """
        times = (str(known.get("at", "")) for known in self.store.events(self.delegate, self.slug))
        latest = max((time for time in times if re.match(TIME, time)), default="")
        self.store.append(self.delegate, self.slug, [{**event, "at": max(event["at"], latest)}])

    def saved(self) -> None:
        """An answer was saved: what counts answers counts again. The questions stay as they are under the delegate's hands."""
        for panel in self._panels:
            panel.count()

    def changed(self, *, by: Panel) -> None:
        """The record changed behind the page's back (a passport, a released result): every other panel shows it anew."""
        self.seen = {}
        for panel in self._panels:
            if panel is not by:
                panel.refresh()

    def released(self) -> tuple[Attempt, Result] | None:
        """The released result, and the attempt that it is of; none while the delegate tries again or waits for a newer attempt's."""
        record = self.record
        # What a passport brought and nobody was given has no result, and hides none.
        handed_in = [one for one in record.attempts if one.delivered or (one.submission["delegate"] == self.delegate and not one.imported)]
        result = result_of(self.course, self.slug, handed_in[-1]) if handed_in else None
        if result is None or (record.again and self.standing.may_try_again):
            return None
        # The page lies where the newest attempt looks for it; what counts may be an earlier one.
        counted = [one for one in record.attempts if one.submission["receipt"] == result.receipt]
        return (counted or handed_in[-1:])[0], result

    def _keep(self, panel: Panel) -> Panel:
        self._panels.append(panel)
        return panel
