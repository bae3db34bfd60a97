"""Download the progress passport, or load one: how a delegate carries work from one place to another."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from course.errors import SaveError
from course.i18n import _
from course.passport import PassportError, merge, read_passport, write_passport
from course.widgets.panel import Panel

if TYPE_CHECKING:
    from course.module import Module


class PassportPanel(Panel):
    """Reads and writes the store through the page; a passport that does not fit changes nothing."""

    def __init__(self, module: Module) -> None:
        self._module = module
        super().__init__(html=passport_html())

    def act(self, action: str, content: dict[str, Any]) -> None:
        if action == "download":
            self._download()
        elif action == "load" and isinstance(content.get("text"), str):
            self._load(content["text"])

    def _download(self) -> None:
        module = self._module
        try:
            journals = {slug: events for slug in module.course.slugs if (events := module.store.events(module.delegate, slug))}
        except SaveError as error:
            self.say(str(error), tone="error")
            return
        text = write_passport(module.course.id, module.delegate, journals)
        self.send({"download": {"name": f"passport-{module.course.id}.json", "text": text}})
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
        if added and before.seed and module.record.seed != before.seed:
            self.say(_("Passport loaded. Questions with figures of your own are now those of the passport, with the answers given there."))
        else:
            self.say(_("Passport loaded. Your answers are in their places.") if added else _("Everything in this passport is here already."))


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
