"""The pieces of content that translators get: texts in YAML files, and blocks of a lesson's Markdown. Pure.

A piece is found by what it says, so a text that changed loses its translation until somebody has looked at it, and
English stands there meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from course.reading import FOR_READERS, Place

Say = Callable[[str, Place], str]
"""Gives a text in another language; the place is where in the file it stands."""


def translated(model: Any, data: Any, say: Say, place: Place = ()) -> Any:
    """Plain data, as read from YAML, with every text replaced that its model says is for readers.

    Data that does not fit the model passes unchanged: whoever validates it says what is wrong.
    """
    model, for_readers = _inside(model)
    if isinstance(data, str):
        # A block scalar ends in a line break, which gettext wants on both sides or on none.
        return say(data.strip(), place) if for_readers and data.strip() else data
    if isinstance(data, dict):
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = model.model_fields
            return {
                key: translated(_annotated(fields[key]), value, say, (*place, key)) if key in fields else value
                for key, value in data.items()
            }
        if get_origin(model) is dict:
            return {key: translated(get_args(model)[1], value, say, (*place, key)) for key, value in data.items()}
        return data
    if isinstance(data, list):
        if isinstance(model, type) and issubclass(model, BaseModel) and "root" in model.model_fields:
            return translated(_annotated(model.model_fields["root"]), data, say, place)
        if get_origin(model) in (list, tuple):
            return [translated(get_args(model)[0], item, say, (*place, number)) for number, item in enumerate(data)]
    return data


def texts(model: Any, data: Any) -> list[tuple[str, Place]]:
    """Every text for readers in the order of the file, and where it stands."""
    found: list[tuple[str, Place]] = []

    def note(text: str, place: Place) -> str:
        found.append((text, place))
        return text

    translated(model, data, note)
    return found


def _annotated(field: Any) -> Any:
    """A field's annotation together with what pydantic has taken out of it."""
    return (field.annotation, FOR_READERS in field.metadata)


def _inside(model: Any) -> tuple[Any, bool]:
    """The type inside `Annotated[…]` and `… | None`, and whether its text is for readers."""
    for_readers = False
    if isinstance(model, tuple):
        model, for_readers = model
    while True:
        if hasattr(model, "__metadata__"):
            for_readers = for_readers or FOR_READERS in model.__metadata__
            model = get_args(model)[0]
        elif type(None) in get_args(model):
            model = next(argument for argument in get_args(model) if argument is not type(None))
        else:
            return model, for_readers


# --- Markdown ----------------------------------------------------------------------------------------------------

_ITEM = re.compile(r"(?P<mark>[-*+] |\d+[.)] |#{1,6} )?(?P<text>.*)", re.S)
_BREAK = re.compile(r"(\n[ \t]*\n+)")


def blocks(markdown: str) -> list[tuple[str, str]]:
    """Markdown as (what stands before, text) pairs: paragraphs, headings, tables and single entries of a list.

    Joined again they give the same Markdown.
    """
    found: list[tuple[str, str]] = []
    for number, part in enumerate(_BREAK.split(markdown)):
        if number % 2:
            found.append((part, ""))
        elif not part.startswith("|"):
            found += _entries(part)
        else:
            found.append(("", part))
    return found


def _entries(block: str) -> Iterator[tuple[str, str]]:
    """The entries of a list, or the block as a whole where it is none."""
    lines = re.split(r"\n(?![ \t])", block)  # an indented line goes on with the entry above it
    if not all(re.match(r"(?:[-*+]|\d+[.)]) ", line) for line in lines):
        lines = [block]
    for number, line in enumerate(lines):
        match = _ITEM.fullmatch(line)
        assert match is not None
        yield ("\n" if number else "") + (match["mark"] or ""), match["text"]


def translated_markdown(markdown: str, say: Callable[[str], str | None]) -> str:
    """Markdown in another language; a block that `say` has no words for stays, marked as English for whoever reads it aloud."""
    out = []
    for mark, text in blocks(markdown):
        if not text.strip():
            out.append(mark + text)
        elif (said := say(text)) is not None:
            out.append(mark + said)
        elif text.startswith("|"):
            out.append(f'<div lang="en" dir="ltr">\n\n{text}\n\n</div>')
        else:
            out.append(f'{mark}<span lang="en" dir="ltr">{text}</span>')
    return "".join(out)
