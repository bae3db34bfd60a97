"""`vary:` — a question whose figures are drawn for each delegate from one of the course's tables.

A question that varies is a family of ordinary questions, one for each row: the figures are put into its texts and its
key, and what comes out is read, shown and scored like any other.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import simpleeval
from pydantic import BaseModel, Field, field_validator, model_validator

from course.data import Cell, names, states, table
from course.i18n import language
from course.kinds import STRICT
from course.kinds.number import say_number
from course.numbers import plain, rounded

FEWEST, MOST = 2, 500
"""Rows that a question may draw from: fewer are no draw, more only make the page's data long."""

_FUNCTIONS = {"round": lambda value, decimals=0: float(rounded(value, int(decimals))), "abs": abs, "min": min, "max": max}
"""Rounded as the explorers round what they show, so that a key fits what a delegate has read there."""

_DECIMALS = re.compile(r"\.(\d)f")
_NUMBERS = ("value", "tolerance")
"""The keys under which `"{name}"` alone stands for the number itself, not for text."""

Row = Mapping[str, Cell]


class Vary(BaseModel):
    """Where the figures come from, what they are called in the texts, and what is reckoned from them."""

    model_config = STRICT

    table: str
    figures: dict[str, str] = Field(min_length=1)
    """Name in the texts -> column of the table."""
    where: dict[str, list[float] | str] = {}
    """Figure -> least and most, or the one text that it must be: other rows are not drawn. Rows without one of the figures never are."""
    compute: dict[str, str] = {}
    """Name in the texts -> arithmetic over the names above it, with + - * / ( ) round abs min max."""

    @field_validator("where")
    @classmethod
    def _ranges(cls, where: dict[str, list[float] | str]) -> dict[str, list[float] | str]:
        for name, ends in where.items():
            if isinstance(ends, list) and (len(ends) != 2 or ends[0] > ends[1]):
                raise ValueError(f"`{name}` needs the least and the most, such as [7, 20]")
        return where

    @model_validator(mode="after")
    def _known(self) -> Vary:
        if self.table not in names():
            raise ValueError(f"there is no table `{self.table}`; the tables are {', '.join(names())}")
        columns = table(self.table).columns
        for name, column in self.figures.items():
            if column not in columns:
                raise ValueError(f"the table `{self.table}` has no column `{column}`; it has {', '.join(columns)}")
        for name in [*self.figures, *self.compute]:
            if not name.isidentifier() or name in _FUNCTIONS:
                raise ValueError(f"`{name}` cannot be the name of a figure: use letters, digits and _")
        both = set(self.figures) & set(self.compute)
        if both:
            raise ValueError(f"`{min(both)}` is both a figure and computed: give one of them another name")
        odd = set(self.where) - set(self.figures)
        if odd:
            raise ValueError(f"`where` names `{min(odd)}`, which is not among the figures")
        return self

    def rows(self) -> dict[str, Row]:
        """The figures of every row that may be drawn, by the row's key in the table. Raises ValueError for too few or too many."""
        source = table(self.table)
        found: dict[str, Row] = {}
        for row in source.rows:
            figures = {name: row[column] for name, column in self.figures.items()}
            if all(value is not None for value in figures.values()) and self._within(figures):
                found["-".join(str(row[column]) for column in source.key)] = figures
        if not FEWEST <= len(found) <= MOST:
            raise ValueError(f"`vary` finds {len(found)} rows to draw from; {FEWEST} to {MOST} are needed: change `where`")
        return found

    def filled(self, template: Mapping[str, Any], row: Row) -> dict[str, Any]:
        """A question's YAML with the figures of one row in the place of their names. Raises ValueError."""
        values = self._values(row)
        return {key: _fill(value, values, key) for key, value in template.items()}

    def _within(self, figures: Row) -> bool:
        return all(_fits(figures[name], wanted) for name, wanted in self.where.items())

    def _values(self, row: Row) -> dict[str, Cell]:
        values = dict(row)
        for name, formula in self.compute.items():
            try:
                value = float(simpleeval.SimpleEval(names=values, functions=_FUNCTIONS).eval(formula))
            except Exception as error:  # whatever a lecturer may type: an unknown name, text in place of a number, a division by 0
                raise ValueError(f"`compute`: {name} cannot be worked out for {_said(row)}: {str(error).rstrip('.')}") from error
            if not math.isfinite(value):
                raise ValueError(f"`compute`: {name} is no ordinary number for {_said(row)}")
            values[name] = value
        return values


def _fits(figure: Cell, wanted: list[float] | str) -> bool:
    if isinstance(wanted, str):
        return figure == wanted
    return isinstance(figure, (int, float)) and wanted[0] <= figure <= wanted[1]


class _Texts(string.Formatter):
    """Puts figures into text: `{cost}` as people read it, `{cost:.1f}` with one decimal, a State's code as its name."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        if field_name not in kwargs:
            raise ValueError(f"{{{field_name}}} is not a figure of this question; the figures are {', '.join(kwargs)}. Write {{{{ and }}}} for braces")
        return kwargs[field_name], field_name

    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, str):
            return names_in_text().get(value, value)
        decimals = _DECIMALS.fullmatch(spec)
        if spec and decimals is None:
            raise ValueError(f"“:{spec}” does not say how to write a number; write for example {{cost:.1f}}")
        return plain(value, int(decimals[1])) if decimals else say_number(value)


def names_in_text() -> dict[str, str]:
    """What a State or area is called within a sentence, by its code."""
    return _names_in_text(language())


@lru_cache
def _names_in_text(_language: str) -> dict[str, str]:
    return {code: state.in_text for code, state in states().items()}


def _fill(value: Any, values: Mapping[str, Cell], key: str) -> Any:
    if isinstance(value, dict):
        return {name: _fill(inner, values, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, values, key) for inner in value]
    if not isinstance(value, str):
        return value
    if key in _NUMBERS and isinstance(number := values.get(value.strip().removeprefix("{").removesuffix("}")), (int, float)):
        return float(number)
    try:
        return _Texts().vformat(value, (), dict(values))
    except ValueError as error:
        raise ValueError(f"`{key}`: {error}") from error


def _said(row: Row) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
