"""What several kinds need: a stable order that tells nothing, plain words for attributes, and reading one value for each part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from html import unescape
from typing import Any

from course.errors import AnswerError
from course.i18n import _
from course.text import markup


def mixed(ids: Iterable[str]) -> list[str]:
    """Ids in an order that depends on nothing but themselves: the same in every process, whatever the key is."""
    return sorted(ids, key=lambda item: sha256(item.encode()).digest())


def plain(text: str) -> str:
    """Text without its `*emphasis*` marks, for attributes and list entries, which hold no markup; not escaped."""
    return unescape(re.sub(r"</?(?:em|strong)>", "", markup(text)))


def pair(item: str, other: str) -> str:
    """Two things that were put together, in words."""
    return _("{item} – {other}").format(item=item, other=other)


def gives_away(item: str, key: str) -> bool:
    """Whether one id stands within another, so that whoever reads the page's source could tell that they belong together."""
    return f"-{key}-" in f"-{item}-" or f"-{item}-" in f"-{key}-"


def twice(ids: Iterable[str]) -> str:
    """The first id that stands twice, or nothing."""
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            return item
        seen.add(item)
    return ""


def read_one_each(raw: Any, places: dict[str, list[str]]) -> dict[str, str]:
    """One value for each place, from `{place: value}` or `{place: [value]}`; empty places are left out.

    `places` gives the values that each place takes. Raises AnswerError for any other shape, an unknown place or value,
    two values in one place, or nothing at all.
    """
    if not isinstance(raw, dict):
        raise AnswerError(_("This answer has not the shape of the question. Choose again."))
    if any(place not in places for place in raw):
        raise AnswerError(_("This answer names a part that the question does not have. Choose again."))
    answer: dict[str, str] = {}
    for place, values in places.items():
        given = raw.get(place, "")
        if isinstance(given, list):
            if len(given) > 1:
                raise AnswerError(_("One part of this answer has two choices. Choose one for each."))
            given = given[0] if given else ""
        if given == "" and isinstance(given, str):
            continue
        if not isinstance(given, str) or given not in values:
            raise AnswerError(_("This answer names a choice that the question does not have. Choose again."))
        answer[place] = given
    if not answer:
        raise AnswerError(_("Nothing is chosen."))
    return answer
