"""How far the translations are: what is missing, what is of an older text, what would not work; and bringing PO files up to date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from course.i18n import LANGUAGES
from course.i18n.files import Home, homes

if TYPE_CHECKING:
    from course.content import Course


def status(course: Course, codes: Sequence[str]) -> list[State]:
    """How far each PO file of some languages is."""
    every = [(home, template(home)) for home in homes(course)]
    return [state(home, code, texts) for code in codes for home, texts in every]


def update(course: Course, codes: Sequence[str], *, begin: bool) -> list[State]:
    """The same, after each file was brought up to the texts as they are now; with `begin`, files that are not there yet are made."""
    every = [(home, template(home)) for home in homes(course)]
    return [(renew if begin or home.path(code).exists() else state)(home, code, texts) for code in codes for home, texts in every]


def table(found: Sequence[State]) -> str:
    """The states as lines for people, the faults below them."""
    rows = [("language", "file", "texts", "translated", "stale", "missing")]
    rows += [(one.language, f"{one.path.parent.parent.parent.name}/{one.home}", str(one.total), str(one.done), str(one.stale), str(one.missing)) for one in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if n < 2 else cell.rjust(width) for n, (cell, width) in enumerate(zip(row, widths))) for row in rows]
    return "\n".join(lines + [f"{one.path}: {fault}" for one in found for fault in one.faults])


@dataclass(frozen=True)
class State:
    """How far one PO file is: how many texts there are, how many are translated, and how many translations are of an older text."""

    home: str
    path: Path
    language: str
    total: int
    done: int
    stale: int
    faults: tuple[str, ...] = ()
    """Translations that would not work: a figure's place is missing, markup was changed."""

    @property
    def missing(self) -> int:
        return self.total - self.done - self.stale

    def as_dict(self) -> dict[str, Any]:
        counts = {"texts": self.total, "translated": self.done, "stale": self.stale, "missing": self.missing}
        return {"language": self.language, "file": str(self.path), **counts, "faults": list(self.faults)}


def read(path: Path, code: str) -> Catalog:
    """A PO file, or an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=LANGUAGES[code].cldr)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[code].cldr)


def template(home: Home) -> Catalog:
    """All texts of a home, as gettext's template has them."""
    found = Catalog()
    for piece in home.pieces():
        # No text of the course is formatted with %; "3 % of" only looks as if it were.
        found.add(piece.text, locations=[(piece.where, piece.line)]).flags.discard("python-format")
    return found


def renew(home: Home, code: str, texts: Catalog) -> State:
    """Bring a PO file up to the texts as they are now; a translation of a text that changed a little stays, marked fuzzy."""
    catalog = read(home.path(code), code)
    catalog.update(texts, update_header_comment=True)
    catalog.obsolete.clear()
    for message in catalog:
        message.flags.discard("python-format")
    catalog.header_comment = f"# {home.name}, {LANGUAGES[code].name}\n# Renewed by `course i18n update`; entries marked fuzzy are of an older text and are not shown."
    catalog.project, catalog.version, catalog.copyright_holder, catalog.fuzzy = "course", "1", "", False
    path = home.path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, no_location=False, include_lineno=False, sort_output=False, omit_header=False)
    text = path.read_text(encoding="utf-8")
    # A date would make every renewal a change.
    path.write_text(re.sub(r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Generated-By)[^\n]*\n', "", text, flags=re.M), encoding="utf-8")
    return state(home, code, texts)


def state(home: Home, code: str, texts: Catalog) -> State:
    """How far a PO file is, held against the texts as they are now."""
    catalog = read(home.path(code), code)
    done = stale = 0
    faults: list[str] = []
    for message in texts:
        if not message.id:
            continue
        found = catalog.get(message.id)
        if found is None or not _said(found):
            stale += bool(found is None and _near(message, catalog))
        elif found.fuzzy:
            stale += 1
        else:
            done += 1
            faults += [f"“{_first(message)[:60]}”: {why}" for why in unsound(found)]
    return State(home.name, home.path(code), code, len(texts), done, stale, tuple(faults))


def _near(message: Message, catalog: Catalog) -> bool:
    """Whether the text stands there in an older wording, which `update` would mark fuzzy."""
    return bool(get_close_matches(_first(message), [_first(one) for one in catalog if one.id and _said(one)], n=1, cutoff=0.7))


def _said(message: Message) -> bool:
    given = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(given)


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


_FIELD = re.compile(r"\{[a-z_]\w*(?::[^{}]*)?\}")
_TAG = re.compile(r"</?[a-z][^<>]*>")


def unsound(message: Message) -> list[str]:
    """Why a translation would not work, in words: the figures it names, its markup, its plural forms."""
    sources = list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]
    given = list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]
    fields = {field for source in sources for field in _FIELD.findall(source)}
    needed = set(_FIELD.findall(sources[-1])) if len(sources) == 1 else fields - {"{number}"}
    out = []
    for text in given:
        have = set(_FIELD.findall(text))
        if have - fields:
            out.append(f"{', '.join(sorted(have - fields))} is no figure of the text")
        if needed - have:
            out.append(f"{', '.join(sorted(needed - have))} is missing")
        if sorted(_TAG.findall(text)) != sorted(_TAG.findall(sources[-1])):
            out.append("its markup differs from the text's")
    return out
