"""Download the progress passport, or load one: how a delegate carries work from one place to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import SaveError
from course.i18n import _, ngettext
from course.passport import PassportError, merge, read_passport, write_passport
from course.submission import as_time, is_time, now
from course.widgets.panel import Panel

if TYPE_CHECKING:
    from course.module import Module
    from course.store import Event


TEMPORARY = "COURSE_TEMPORARY"
"""Set where a session and its files go away by themselves, as on Binder: then the page says when it is time for a passport."""
MANY = 5
"""Answers that nobody should have to give again."""
SOON = timedelta(minutes=4)
"""How long a single one may stay without a passport: well below the minutes of idling after which a session ends."""


class PassportPanel(Panel):
    """Reads and writes the store through the page; a passport that does not fit changes nothing."""

    def __init__(self, module: Module) -> None:
        self._module = module
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        self.html = passport_html() + (reminder_html(self._loose()) if self._module.course.env.get(TEMPORARY) else "")

    def count(self) -> None:
        self.refresh()

    def first_html(self) -> str:
        return passport_html()

    def _journals(self) -> dict[str, Sequence[Event]]:
        """What the delegate did, by module. Raises SaveError."""
        module = self._module
        return {slug: events for slug in module.course.slugs if (events := module.store.events(module.delegate, slug))}

    def _loose(self) -> list[str]:
        """When each thing was done that no passport holds yet, oldest first."""
        try:
            every = [event for events in self._journals().values() for event in events]
        except SaveError:
            return []
        # A line that a hand or a disk has damaged has no time that could be told.
        times = [(event["kind"], at) for event in every if is_time(at := str(event.get("at", "")))]
        last = max((at for kind, at in times if kind == "passport"), default="")
        return sorted(at for kind, at in times if kind in ("answer", "practice", "submit") and at > last)

    def act(self, action: str, content: dict[str, Any]) -> None:
        if action == "download":
            self._download()
        elif action == "load" and isinstance(content.get("text"), str):
            self._load(content["text"])

    def _download(self) -> None:
        module = self._module
        try:
            journals = self._journals()
            for slug in journals:
                module.store.append(module.delegate, slug, [{"kind": "passport", "at": now()}])
        except SaveError as error:
            self.say(str(error), tone="error")
            return
        text = write_passport(module.course.id, module.delegate, journals)
        self.send({"download": {"name": f"passport-{module.course.id}.json", "text": text}})
        self.refresh()
        self.say(_("Passport downloaded"))

    def _load(self, text: str) -> None:
        module = self._module
        try:
            journals = read_passport(text.encode("utf-8", "surrogatepass"), module.course.id)
            known = {slug: events for slug, events in journals.items() if slug in module.course.slugs}
            before = module.record
            added = merge(module.store, module.delegate, known)
        except (PassportError, SaveError) as error:
            self.say(str(error), tone="error")
            return
        module.changed(by=self)
        self.refresh()
        if added and before.seed and module.record.seed != before.seed:
            self.say(_("Passport loaded. Questions with figures of your own are now those of the passport, with the answers given there."))
        else:
            self.say(_("Passport loaded. Your answers are in their places.") if added else _("Everything in this passport is here already."))


def reminder_html(loose: list[str]) -> str:
    """A banner that comes when it is time to download a passport; `loose` says when each answer was given that none holds yet."""
    if not loose:
        return ""
    time = as_time(loose[0]) if len(loose) >= MANY else as_time(loose[0]) + SOON
    told = ngettext(
        "{number} answer is in no passport yet. This session ends after some minutes without activity, and its answers with it.",
        "{number} answers are in no passport yet. This session ends after some minutes without activity, and its answers with it.",
        len(loose),
    ).format(number=len(loose))
    return (
        f'<div class="reminder" role="status" data-from="{time:%Y-%m-%dT%H:%M:%SZ}" hidden><p>{told}</p>'
        f'<button type="button" class="button" data-action="download">{_("Download passport")}</button></div>'
    )


def passport_html() -> str:
    name, download, load = escape(_("Progress passport"), quote=True), _("Download passport"), _("Load passport")
    about = _(
        "The progress passport is one small file with your answers, attempts and receipts. "
        "Keep it, and load it to go on in another browser or another place."
    )
    return (
        f'<section class="passport" aria-label="{name}"><p>{about}</p>'
        f'<div class="actions"><button type="button" class="button quiet" data-action="download">{download}</button>\n'
        f'<label class="button quiet file">{load}<input type="file" accept=".json,application/json" data-file="load"></label></div></section>'
    )
