"""Choose countries or areas from a list that can be searched: one right place gives radio buttons, several give check boxes.

Marks: with one right place, all or nothing. With several, each right place chosen counts one, each wrong place takes one
away, and the sum is divided by the number of right places, never below 0. Where a short list holds fewer wrong places
than right ones, a wrong place takes away more, so that choosing everything earns nothing there too. In a list of 195
the rule of `choices` would be too kind: a wrong place would cost half a per cent, and ticking a whole region would pay.
"""

from __future__ import annotations

import difflib
import unicodedata
from functools import lru_cache
from html import escape
from typing import Any

from pydantic import BaseModel, Field, model_validator

from course.data import states
from course.errors import AnswerError
from course.i18n import _, language
from course.i18n.forms import semicolons
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import Words

SHORT = 12
"""A list of at most so many places needs no search field and no regions."""


class Place(Kind, BaseModel):
    """The right places and the likely wrong ones by ISO code, each with its feedback; what to say to any other; and the list."""

    model_config = STRICT

    right: dict[str, Words] = Field(min_length=1)
    wrong: dict[str, Words] = {}
    otherwise: Words = ""
    """What to say to a wrong place without feedback of its own."""
    among: list[str] = []
    """The places to choose from; without it all Member States and observer States."""

    @model_validator(mode="after")
    def _sound(self) -> Place:
        for code in (*self.right, *self.wrong, *self.among):
            if code not in states():
                raise ValueError(f"`{code}` is not the ISO code of a State or area of this course{_hint(code)}")
        for code, feedback in (*self.right.items(), *self.wrong.items()):
            if not feedback.strip():
                raise ValueError(f"`{code}` has no feedback: say something to whoever chooses it")
        both = [code for code in self.wrong if code in self.right]
        if both:
            raise ValueError(f"`{both[0]}` is right and wrong at once: keep one of the two")
        twice = [code for code in self.among if self.among.count(code) > 1]
        if twice:
            raise ValueError(f"`{twice[0]}` stands twice in `among`: keep it once")
        offered = _offered(self.show())
        absent = [code for code in (*self.right, *self.wrong) if code not in offered]
        if absent:
            where = "`among`: add it there" if self.among else "the list of all States: write a list of your own in `among`"
            raise ValueError(f"`{absent[0]}` ({states()[absent[0]].name}) is not in {where}")
        if len(self.right) == len(offered):
            raise ValueError("every place is right: add to `among` at least one that is not")
        if not self.otherwise.strip() and len(self.right) + len(self.wrong) < len(offered):
            raise ValueError("there are places without feedback: write `otherwise`, for whoever chooses one of them")
        return self

    def show(self) -> dict[str, Any]:
        """The places in the order of their names, whatever the order in the file; an empty list stands for all States."""
        return {"several": len(self.right) > 1, "among": sorted(self.among, key=_by_name)}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        control = "checkbox" if shown["several"] else "radio"
        hint = _("Choose all that apply.") if shown["several"] else _("Choose one.")
        offered, chosen = _offered(shown), answer or []
        long = len(offered) > SHORT

        def row(code: str) -> str:
            state = states()[code]
            # Two hundred rows travel with the page: no quotes, no ids, and the region only to be searched for.
            region = f"<i hidden>{escape(_area(code))}</i>" if long else ""
            checked = " checked" if code in chosen else ""
            return f"<label><input type={control} name={name} value={code}{checked}>{escape(state.name)}{region}</label>"

        if not long:
            rows, search = "".join(row(code) for code in offered), ""
        else:
            # What was chosen comes first, or nobody would find it again.
            groups = {_("Chosen"): [code for code in offered if code in chosen]}
            for code in sorted(offered, key=lambda code: (states()[code].region, _by_name(code))):
                if code not in chosen:
                    groups.setdefault(states()[code].region, []).append(code)
            rows = "".join(f"<p>{title}</p>{''.join(row(code) for code in codes)}" for title, codes in groups.items() if codes)
            by_name = _("Search by name or region")
            search = (
                f'<label class="hint" for="{uid}-search">{by_name}</label>'
                f'<input type="search" id="{uid}-search" data-filter="{uid}-list" autocomplete="off" size="24">'
            )
        nothing = _("Nothing in the list has this in its name or region.")
        return (
            f'<fieldset aria-describedby="{uid}-hint"><legend>{label}</legend><p class="hint" id="{uid}-hint">{hint}</p>{search}'
            f'<div class="places{" long" if long else ""}" id="{uid}-list">{rows}</div>'
            + (f'<p class="hint nothing">{nothing}</p>' if long else "")
            + "</fieldset>"
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise AnswerError(_("This answer is not a list of places. Choose again."))
        offered = _offered(shown)
        if any(item not in offered for item in raw):
            raise AnswerError(_("This answer names a place that the question does not offer. Choose again."))
        if len(set(raw)) > 1 and not shown["several"]:
            raise AnswerError(_("This question takes one place. Choose one."))
        if not raw:
            raise AnswerError(_("Nothing is chosen."))
        return [code for code in offered if code in raw]

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        return _names(answer)

    def score(self, answer: Answer) -> Share:
        hits = sum(code in self.right for code in answer)
        misses = len(answer) - hits
        if len(self.right) == 1:
            return Share(float(hits == 1 and not misses))
        wrong = len(_offered(self.show())) - len(self.right)
        return Share(max(0.0, hits / len(self.right) - misses / min(len(self.right), wrong)))

    def explain(self, answer: Answer | None) -> Explanation:
        chosen = answer or []
        told = {**self.right, **self.wrong}
        remarks = [(states()[code].name, told[code]) for code in chosen if code in told]
        others = [code for code in chosen if code not in told]
        if others:
            remarks.append((_names(others), self.otherwise))
        several = len(self.right) > 1
        missed = tuple((states()[code].name, self.right[code]) for code in self.right if several and code not in chosen)
        return Explanation(set(chosen) == set(self.right), tuple(remarks), missed, _names(sorted(self.right, key=_by_name)))

    def samples(self) -> Samples:
        offered = _offered(self.show())
        other = next(code for code in offered if code not in self.right)
        wrong = [[code] for code in dict.fromkeys([*self.wrong, other])]
        if len(self.right) > 1:
            wrong += [list(offered), list(self.right)[:1], [*self.right, other]]
        return Samples(right=[list(self.right)], wrong=wrong)


def _offered(shown: dict[str, Any]) -> tuple[str, ...]:
    """The codes to choose from, by name."""
    return tuple(shown["among"]) or _all_states(language())


@lru_cache
def _all_states(_language: str) -> tuple[str, ...]:
    return tuple(sorted((code for code, state in states().items() if state.status != "area"), key=_by_name))


def _by_name(code: str) -> str:
    """Türkiye stands among the T and Côte d’Ivoire between Costa Rica and Croatia, as in the lists of the United Nations."""
    plain = unicodedata.normalize("NFD", states()[code].name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _area(code: str) -> str:
    state = states()[code]
    return state.subregion if state.region in state.subregion else f"{state.subregion} {state.region}"


def _names(codes: list[str]) -> str:
    return semicolons(states()[code].name if code in states() else code for code in codes)


def _hint(code: str) -> str:
    """The code of the place that a lecturer may have meant: by its name, or by a code in small letters."""
    if code.upper() in states():
        return f": write {code.upper()}"
    names = {state.name.casefold(): found for found, state in states().items()}
    close = difflib.get_close_matches(code.casefold(), names, n=1)
    return f": write {names[close[0]]} for {states()[names[close[0]]].name}" if close else ": see course/data/states.csv"
