"""The home page: the modules in order, how far a delegate is in each, what is due, and where to go on. Pure but for reading the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.content import Course, ModuleEntry
from course.errors import SaveError
from course.i18n import _
from course.i18n.forms import points_of, when
from course.module import Module
from course.policy import Standing
from course.store import Event, ResponseStore
from course.submission import as_time


@dataclass(frozen=True)
class Card:
    """One module as the home page shows it to one delegate."""

    entry: ModuleEntry
    practised: int
    practice: int
    answered: int
    asked: int
    state: str
    """What became of the assessment, in words; nothing while it is not begun."""
    tone: str
    when: str
    """When it opens, is due or closed, in words; nothing where there is no such time."""
    begun: bool
    stopped_at: str
    """The id on the lesson's page of the question that was answered last; nothing before the first answer."""

    @property
    def action(self) -> str:
        """What the card's button says."""
        return _("Continue") if self.begun else _("Start")


@dataclass(frozen=True)
class Home:
    """The page: a card for each module in the course's order, and the one to go on with."""

    title: str
    cards: tuple[Card, ...]
    last: Card | None


def home(course: Course, store: ResponseStore, delegate: str) -> Home:
    """The home page of a delegate; with an empty id, of somebody new. Raises CourseError where the course cannot be read."""
    found = [_card(course, store, delegate, entry) for entry in course.file.modules]
    begun = [(at, card) for at, card in found if card.begun]
    last = max(begun, key=lambda pair: pair[0], default=("", None))[1]
    return Home(course.file.title, tuple(card for _at, card in found), last)


def _card(course: Course, store: ResponseStore, delegate: str, entry: ModuleEntry) -> tuple[str, Card]:
    """A card, and when the delegate was last at work on its module."""
    module = Module(entry.slug, course=course, store=store, delegate=delegate or "nobody")
    events = _events(store, delegate, entry.slug)
    touched = [event for event in events if event.get("kind") in ("answer", "practice")]
    newest = max(touched, key=lambda event: str(event.get("at", "")), default=None)
    shown, record, stands = module.shown, module.record, module.standing
    practice = [question.id for question in course.practice(entry.slug).questions]
    state, tone = _state(module, stands) if events else ("", "")
    card = Card(
        entry=entry,
        practised=sum(name in record.practice for name in practice),
        practice=len(practice),
        answered=sum(question["id"] in record.answers for question in shown["questions"]),
        asked=len(shown["questions"]),
        state=state,
        tone=tone,
        when=_when(stands),
        begun=bool(events),
        stopped_at=_place(entry.slug, newest),
    )
    return max((str(event.get("at", "")) for event in events), default=""), card


def _events(store: ResponseStore, delegate: str, slug: str) -> Sequence[Event]:
    try:
        return store.events(delegate, slug) if delegate else ()
    except SaveError:
        # The lesson says so where it matters; a list of modules can still be shown.
        return []


def _place(slug: str, event: Event | None) -> str:
    if event is None:
        return ""
    return f"{'practice' if event['kind'] == 'practice' else slug}-{event.get('question', '')}"


def _state(module: Module, stands: Standing) -> tuple[str, str]:
    released = module.released()
    if released is not None:
        result = released[1]
        points = points_of(result.points, result.max_points)
        if result.pending:
            return _("Result so far: {points}; a person still marks part of it").format(points=points), "info"
        if result.passed:
            return _("Passed: {points}").format(points=points), "right"
        return _("Not passed yet: {points}").format(points=points), "wrong"
    attempts = module.record.attempts
    if attempts:
        frozen: dict[str, Any] = attempts[-1].submission
        told = _("Submitted {time}, attempt {number}")
        return told.format(time=when(as_time(frozen["submitted_at"])), number=frozen["attempt"]), "info"
    if stands.state == "closed":
        return _("Not submitted before it closed"), "wrong"
    return "", ""


def _when(stands: Standing) -> str:
    if stands.state == "early" and stands.opens:
        return _("Assessment opens {time}").format(time=when(stands.opens))
    if stands.state == "closed" and stands.closes:
        return _("Assessment closed {time}").format(time=when(stands.closes))
    if not stands.due:
        return ""
    told = _("Assessment was due {time}") if stands.late else _("Assessment due {time}")
    return told.format(time=when(stands.due))
