"""A short case file with several linked questions, each of another kind that needs no marker.

Marks: the mean of the parts' shares, weighted by their points; a part without an answer earns nothing, and no part takes
from another. Each part keeps the rule of its own kind.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from pydantic import BaseModel, Field, create_model, model_validator

import course.kinds
from course.errors import AnswerError
from course.i18n import _
from course.i18n.forms import points
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import ID, Text, Words
from course.text import paragraphs, prompt


def _part_kinds() -> dict[str, type[Kind]]:
    """Every kind but this one and those that a person marks; `kinds()` cannot be asked while it is reading this file."""
    found: dict[str, type[Kind]] = {}
    for info in pkgutil.iter_modules(course.kinds.__path__):
        if info.name == __name__.rpartition(".")[2]:
            continue
        module = importlib.import_module(f"course.kinds.{info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Kind) and thing.__module__ == module.__name__ and not thing.marked_by_person:
                found[info.name] = thing
    return found


PART_KINDS = _part_kinds()


class _Part(BaseModel):
    """What every part has, whatever its kind."""

    model_config = STRICT

    id: str = Field(pattern=ID, max_length=60)
    ask: Text
    points: float = Field(default=1, gt=0, le=100)
    explanation: Words = ""

    @model_validator(mode="before")
    @classmethod
    def _nothing_empty(cls, data: Any) -> Any:
        empty = [name for name in PART_KINDS if isinstance(data, dict) and name in data and data[name] is None]
        if empty:
            raise ValueError(f"`{empty[0]}` is empty: fill it in or take it out")
        return data

    @model_validator(mode="after")
    def _one_kind(self) -> _Part:
        given = [name for name in PART_KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            names = ", ".join(f"`{name}`" for name in PART_KINDS)
            found = f"it has {' and '.join(f'`{n}`' for n in given)}" if given else "it has none"
            raise ValueError(f"a part has exactly one of {names}; {found}")
        return self

    @property
    def kind_name(self) -> str:
        return next(name for name in PART_KINDS if getattr(self, name) is not None)

    @property
    def kind(self) -> Kind:
        return getattr(self, self.kind_name)


Part = create_model(
    "Part", __base__=_Part, __doc__="One linked question with its key.", **{n: (k | None, None) for n, k in PART_KINDS.items()}
)


class Case(Kind, BaseModel):
    """The text that all parts ask about, and the parts."""

    model_config = STRICT

    file: Text
    parts: list[Part] = Field(min_length=2)  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _ids_apart(self) -> Case:
        ids = [part.id for part in self.parts]
        for ident in ids:
            if ids.count(ident) > 1:
                raise ValueError(f"the part id `{ident}` stands twice: ids must differ")
            longer = [other for other in ids if other.startswith(f"{ident}-")]
            if longer:
                # The page's own ids are made of part and option: `a` with an option `b-c`, `a-b` with an option `c`.
                raise ValueError(f"the part id `{longer[0]}` begins with another, `{ident}-`: choose ids that differ from the start")
        return self

    def show(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "parts": [
                {"id": part.id, "ask": part.ask, "points": part.points, "kind": part.kind_name, "shown": part.kind.show()}
                for part in self.parts
            ],
        }

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        parts, rows = shown["parts"], ""
        for number, part in enumerate(parts, 1):
            ident = part["id"]
            head = _("Part {number} of {total}").format(number=number, total=len(parts))
            ask = f'<span class="part-head">{head} <span>{points(part["points"])}</span></span>{prompt(part["ask"])}'
            form = PART_KINDS[part["kind"]].form(part["shown"], (answer or {}).get(ident), f"{uid}-{ident}", ask, f"{name}:{ident}")
            rows += f'<div class="part">{form}</div>'
        return f'<fieldset class="case"><legend>{label}</legend><div class="file">{paragraphs(shown["file"])}</div>{rows}</fieldset>'

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> dict[str, Answer]:
        """The parts that are answered. Where one cannot be read, the AnswerError says which and holds the others."""
        if not isinstance(raw, dict):
            raise AnswerError(_("This answer does not name its parts. Answer again."))
        kept: dict[str, Answer] = {}
        faults = []
        for number, part in enumerate(shown["parts"], 1):
            given = raw.get(part["id"])
            if _blank(given) or _as_shown(part["shown"], given):
                continue
            try:
                kept[part["id"]] = PART_KINDS[part["kind"]].read(part["shown"], given)
            except AnswerError as error:
                faults.append(_("Part {number}: {words}").format(number=number, words=error))
        known = [part["id"] for part in shown["parts"]]
        if any(ident not in known for ident in raw):
            faults.append(_("This answer names a part that the question does not have."))
        if faults:
            raise AnswerError(" ".join(faults), kept or None)
        if not kept:
            raise AnswerError(_("No part is answered yet."))
        return kept

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        lines = []
        for number, part in enumerate(shown["parts"], 1):
            given = answer.get(part["id"])
            said = _("no answer") if given is None else PART_KINDS[part["kind"]].say(part["shown"], given)
            lines.append(_("Part {number}: {words}").format(number=number, words=said))
        return "\n".join(lines)

    def score(self, answer: Answer) -> Share:
        total, notes = 0.0, []
        for number, part in enumerate(self.parts, 1):
            given = answer.get(part.id)
            if given is None:
                notes.append(f"part {number}: no answer")
                continue
            share = part.kind.score(given)
            notes += [f"part {number}: {note}" for note in share.notes]
            if share.value is None:
                return Share(None, tuple(notes))
            total += min(1.0, max(0.0, share.value)) * part.points
        most = sum(part.points for part in self.parts)
        # A sum of shares that are all 1 is the points themselves, whatever binary fractions do.
        return Share(1.0 if total >= most - 1e-9 else total / most, tuple(notes))

    def explain(self, answer: Answer | None) -> Explanation:
        remarks: list[tuple[str, str]] = []
        missed: list[tuple[str, str]] = []
        every = True
        for number, part in enumerate(self.parts, 1):
            given = (answer or {}).get(part.id)
            told = part.kind.explain(given)
            right = given is not None and told.right is True
            every = every and right
            if answer is not None:
                remarks.append(("", f"**{self._verdict(part, given, right).format(number=number)}**"))
            remarks += told.remarks
            if right:
                remarks += [("", part.explanation)] if part.explanation else []
            else:
                # An explanation tells the key, so a part that is still to be got right keeps it for later.
                head = _("Part {number}:").format(number=number)
                missed += [*told.missed, ("", f"**{head}** {told.key}")]
                missed += [("", part.explanation)] if part.explanation else []
        key = " · ".join(_("Part {number}: {words}").format(number=number, words=part.kind.explain(None).key) for number, part in enumerate(self.parts, 1))
        return Explanation(every, tuple(remarks), tuple(missed), key)

    @staticmethod
    def _verdict(part: Any, given: Answer | None, right: bool) -> str:
        """What became of a part, with its `{number}` left to be put in."""
        if right:
            return _("Part {number}: right.")
        if given is None:
            return _("Part {number}: no answer.")
        return _("Part {number}: partly right.") if (part.kind.score(given).value or 0) > 0 else _("Part {number}: not right.")

    def samples(self) -> Samples:
        own = {part.id: part.kind.samples() for part in self.parts}
        best = {ident: samples.right[0] for ident, samples in own.items()}
        right = [best] + [{**best, ident: other} for ident, samples in own.items() for other in samples.right[1:]]
        wrong = [{**best, ident: slip} for ident, samples in own.items() for slip in samples.wrong]
        unfinished = [{ident: answer for ident, answer in best.items() if ident != part.id} for part in self.parts]
        return Samples(right=right, wrong=[*wrong, *unfinished])


def _blank(given: Any) -> bool:
    """Whether a part's controls are as they were: no text, nothing ticked, in no row of the part."""
    if given is None or isinstance(given, str):
        return not (given or "").strip()
    if isinstance(given, list):
        return not given
    return isinstance(given, dict) and all(_blank(value) for value in given.values())


def _as_shown(shown: dict[str, Any], given: Any) -> bool:
    """Whether a list is still in the order in which the page showed it: moving other parts must not need this one."""
    items = shown.get("items")
    return isinstance(items, list) and given == [item["id"] for item in items]
