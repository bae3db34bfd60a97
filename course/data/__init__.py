"""The figure tables of the course and their one loader: strict, lazy, standard library only.

Each `<name>.csv` in this folder has an entry in `provenance.json`: who produced it, which edition, under which
licence, what was changed, and the kind of every column. A table that doesn't fit its entry is refused.
"""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Mapping, NoReturn, Sequence

from course.errors import CourseError, Fault
from course.i18n import LANGUAGES, N_, SOURCE, _, direction, language
from course.i18n.forms import day, month
from course.numbers import quarter

FOLDER = Path(__file__).parent
NAMES_FILE = "names.csv"
"""What the States and areas are called in the other languages: no table of figures, so it has no entry in `provenance.json`."""
MAX_FAULTS = 20

REGIONS = (N_("Africa"), N_("Americas"), N_("Asia"), N_("Europe"), N_("Oceania"))
SUBREGIONS = (
    N_("Australia and New Zealand"),
    N_("Caribbean"),
    N_("Central America"),
    N_("Central Asia"),
    N_("Eastern Africa"),
    N_("Eastern Asia"),
    N_("Eastern Europe"),
    N_("Melanesia"),
    N_("Micronesia"),
    N_("Middle Africa"),
    N_("Northern Africa"),
    N_("Northern America"),
    N_("Northern Europe"),
    N_("Polynesia"),
    N_("South America"),
    N_("South-eastern Asia"),
    N_("Southern Africa"),
    N_("Southern Asia"),
    N_("Southern Europe"),
    N_("Western Africa"),
    N_("Western Asia"),
    N_("Western Europe"),
)
"""Regions and subregions of the M49 standard, as `states.csv` has them."""

Cell = str | int | float | None
Row = Mapping[str, Cell]


class DataError(CourseError):
    """A figure table or its provenance is damaged: file, line, what to do."""


@dataclass(frozen=True)
class Provenance:
    """Where a table comes from and what was done to it, as shown under every figure made from it."""

    title: str
    producer: str
    edition: str
    as_of: str
    licence: str
    unit: str
    obtained_from: str
    transformation: tuple[str, ...]
    caveats: tuple[str, ...]
    editions: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What we changed, then what to be careful about."""
        return self.transformation + self.caveats

    def line(self) -> str:
        """The one-line source under a figure: producer, edition, as-of date, licence."""
        return _("Source: {origin}").format(origin=self.origin())

    def origin(self) -> str:
        """The same without the word before it."""
        return _("{producer}. {edition}. As of {date}. Licence: {licence}.").format(
            producer=_apart(self.producer), edition=_apart(self.edition), date=self.date(), licence=_apart(self.licence)
        )

    def date(self) -> str:
        """As of when, as the language writes dates; in English as it stands in `provenance.json`."""
        return said_date(self.as_of)


@dataclass(frozen=True)
class Table:
    """Typed rows of one table, in the order of the file; a missing value is None."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """The columns that identify a row."""
    rows: tuple[Row, ...]
    provenance: Provenance


@dataclass(frozen=True)
class State:
    """One State or area: UN name, M49 region, and its tile on the map (None: no tile, in lists only)."""

    iso3: str
    name: str
    in_text: str
    status: str
    region: str
    subregion: str
    column: int | None
    row: int | None
    region_id: str
    """The region's name in English, the same whatever language is spoken."""


@dataclass(frozen=True)
class _Entry:
    provenance: Provenance
    kinds: Mapping[str, str]
    key: tuple[str, ...]


def names() -> tuple[str, ...]:
    """The tables there are, in the order of `provenance.json`."""
    return tuple(_entries(FOLDER))


@lru_cache(maxsize=None)
def table(name: str) -> Table:
    """The table `name`, e.g. "flows", read once. Raises DataError."""
    return read_table(name, FOLDER)


def states() -> Mapping[str, State]:
    """ISO3 code -> State in the language spoken, by name, the two observer States and areas without a tile included."""
    return _states(language())


@lru_cache(maxsize=None)
def _states(code: str) -> Mapping[str, State]:
    rows = [{**row, "in_text": row["in_text"] or row["name"], "region_id": row["region"]} for row in table("states").rows]
    if code != SOURCE:
        said = _names().get(code, {})
        for row in rows:
            name, region, subregion = said.get(row["iso3"], row["name"]), row["region"], row["subregion"]
            row |= {"name": name, "in_text": name, "region": _(region), "subregion": _(subregion)}
        rows.sort(key=lambda row: folded(row["name"]))
    return {row["iso3"]: State(**row) for row in rows}


@lru_cache(maxsize=None)
def _names() -> Mapping[str, Mapping[str, str]]:
    """Language -> ISO3 code -> name; a name that nobody has written is left out."""
    path = FOLDER / NAMES_FILE
    rows = list(csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)) if path.exists() else []
    return {code: {row["iso3"]: row[code].strip() for row in rows if (row.get(code) or "").strip()} for code in LANGUAGES}


def folded(name: str) -> str:
    """What a name is sorted by: Türkiye stands among the T, Côte d’Ivoire between Costa Rica and Croatia."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).casefold()


def said_date(text: str) -> str:
    """A day, a month, or a quarter such as "2025 Q3", as the language writes it; anything else, and all in English, as it stands."""
    if language() == SOURCE:
        return text
    year, _space, number = text.partition(" Q")
    if number.isdecimal():
        return quarter(int(year), int(number))
    write, whole = (month, f"{text}-01") if len(text) == len("2025-09") else (day, text)
    try:
        return write(date.fromisoformat(whole))
    except ValueError:
        return text


def _apart(text: str) -> str:
    """Words of another direction than the page's, kept together."""
    return f"\u2068{text}\u2069" if direction() == "rtl" else text


def read_table(name: str, folder: Path) -> Table:
    """Read and check `<folder>/<name>.csv` against `<folder>/provenance.json`.

    Raises DataError with the file, the line and what to do for each unknown, missing or repeated column, row of the
    wrong length, unreadable value, repeated key, and for a table without provenance.
    """
    entry = _entries(folder).get(name)
    path = folder / f"{name}.csv"
    if entry is None:
        _refuse(folder / "provenance.json", None, f"has no entry for the table {name!r}: add where {path.name} comes from")
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        _refuse(path, reader.line_num, f"is not readable as CSV ({error}): check the quotes on this line")
    _check_header(path, header, entry.kinds)

    faults: list[Fault] = []
    rows: list[Row] = []
    seen: dict[tuple[Cell, ...], int] = {}
    for line, cells in lines:
        if len(cells) != len(header):
            message = f"has {len(cells)} cells where the header has {len(header)}: check for a missing or extra comma"
            faults.append(Fault(path, line, message))
            continue
        row: dict[str, Cell] = {}
        for column, text in zip(header, cells):
            try:
                row[column] = _value(text, entry.kinds[column])
            except ValueError as error:
                faults.append(Fault(path, line, f"{column}: {error}"))
        key = tuple(row.get(column) for column in entry.key)
        if key in seen:
            message = f"repeats line {seen[key]} ({', '.join(map(str, key))}): keep one of the two"
            faults.append(Fault(path, line, message))
        seen.setdefault(key, line)
        rows.append(row)
    if not rows and not faults:
        faults.append(Fault(path, None, "has no rows: restore the table"))
    if faults:
        raise DataError(*faults[:MAX_FAULTS])
    return Table(name, header, entry.key, tuple(rows), entry.provenance)


def check_tables() -> list[str]:
    """Every fault in the tables of this folder, as messages for a lecturer; an empty list when all is well."""
    messages: list[str] = []
    try:
        listed = names()
    except DataError as error:
        return [str(fault) for fault in error.faults]
    for path in sorted(FOLDER.glob("*.csv")):
        if path.stem not in listed and path.name != NAMES_FILE:
            messages.append(str(Fault(path, None, "has no entry in provenance.json: add where it comes from")))
    for name in listed:
        try:
            table(name)
        except DataError as error:
            messages += [str(fault) for fault in error.faults]
    return messages or _check_codes() + _check_names() + _check_tiles() + _check_editions()


def _check_codes() -> list[str]:
    used = {("flows", row["iso3"]) for row in table("flows").rows}
    used |= {("corridors", row[end]) for row in table("corridors").rows for end in ("sender", "receiver")}
    used |= {(name, row["iso3"]) for name in ("treaties", "employment") for row in table(name).rows}
    return [
        str(Fault(FOLDER / f"{name}.csv", None, f"uses the code {code}, which is not in states.csv: add it there"))
        for name, code in sorted(used)
        if code not in states()
    ]


def _check_names() -> list[str]:
    path = FOLDER / NAMES_FILE
    unknown = {code for found in _names().values() for code in found} - set(states())
    return [str(Fault(path, None, f"uses the code {code}, which is not in states.csv: mend it")) for code in sorted(unknown)]


def _check_tiles() -> list[str]:
    path = FOLDER / "states.csv"
    taken: dict[tuple[int | None, int | None], str] = {}
    messages = []
    for state in states().values():
        cell = (state.column, state.row)
        if (state.column is None) != (state.row is None):
            messages.append(str(Fault(path, None, f"{state.iso3} has half a place: give both column and row, or none")))
        elif state.column is not None and cell in taken:
            messages.append(str(Fault(path, None, f"{state.iso3} and {taken[cell]} share a tile: move one of them")))
        elif state.column is None and state.status != "area":
            messages.append(str(Fault(path, None, f"{state.iso3} has no tile: give it a column and a row")))
        taken.setdefault(cell, state.iso3)
    return messages


def _check_editions() -> list[str]:
    headlines = table("cost_headlines")
    unknown = sorted({row["edition"] for row in headlines.rows} - set(headlines.provenance.editions))
    path = FOLDER / "provenance.json"
    return [str(Fault(path, None, f"cost_headlines names no edition {code!r}: add it under editions")) for code in unknown]


@lru_cache(maxsize=None)
def _entries(folder: Path) -> Mapping[str, _Entry]:
    path = folder / "provenance.json"
    try:
        data = json.loads(_text(path))
    except json.JSONDecodeError as error:
        _refuse(path, error.lineno, f"is not readable as JSON ({error.msg}): check commas and quotes here")
    if not isinstance(data, dict):
        _refuse(path, 1, "must be an object with one entry for each table")
    return {name: _entry(path, name, entry) for name, entry in data.items()}


def _entry(path: Path, name: str, entry: Any) -> _Entry:
    """The checked entry of one table; Raises DataError naming what is missing."""
    if not isinstance(entry, dict):
        _refuse(path, None, f"{name}: must be an object with title, producer, edition and so on")
    required = ("title", "producer", "edition", "as_of", "licence", "unit", "obtained_from")
    for word in required:
        if not isinstance(entry.get(word), str) or not entry[word].strip():
            _refuse(path, None, f"{name}: {word} is missing or empty: write it as one line of text")
    columns, key = entry.get("columns"), entry.get("key")
    if not isinstance(columns, dict) or not columns:
        _refuse(path, None, f"{name}: columns is missing: list the columns under their kind")
    kinds: dict[str, str] = {}
    for kind, listed in columns.items():
        if kind.removesuffix("?") not in _READERS:
            _refuse(path, None, f"{name}: {kind!r} is no kind of column: use {', '.join(_READERS)}, with ? where a cell may be empty")
        if not _texts(listed):
            _refuse(path, None, f"{name}: columns.{kind} must be a list of column names")
        kinds |= dict.fromkeys(listed, kind)
    if not key or not _texts(key) or not set(key) <= set(kinds):
        _refuse(path, None, f"{name}: key must list the columns that identify a row")
    lists = {}
    for word in ("transformation", "caveats"):
        if not _texts(entry.get(word)):
            _refuse(path, None, f"{name}: {word} is missing: write it as a list of sentences")
        lists[word] = tuple(entry[word])
    texts = {word: entry[word] for word in required}
    provenance = Provenance(**texts, **lists, editions=dict(entry.get("editions", {})))
    return _Entry(provenance, kinds, tuple(key))


def _check_header(path: Path, header: Sequence[str], kinds: Mapping[str, str]) -> None:
    faults = [Fault(path, 1, f"the column {column} is missing: restore it") for column in kinds if column not in header]
    for number, column in enumerate(header):
        if column not in kinds:
            faults.append(Fault(path, 1, f"the column {column!r} is not in provenance.json: add it there or remove it here"))
        elif column in header[:number]:
            faults.append(Fault(path, 1, f"the column {column} stands here twice: remove one"))
    if faults:
        raise DataError(*faults[:MAX_FAULTS])


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # float() also takes "nan", "inf" and "1_000", which no table means
    if not math.isfinite(number) or "_" in text:
        raise ValueError(f"{text!r} is not a number: write digits with a point for decimals, and no separators")
    return number


def _whole(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise ValueError(f"{text!r} is not a whole number: write digits only")
    return int(text)


_READERS: Mapping[str, Callable[[str], Cell]] = {"text": str, "whole": _whole, "number": _number}


def _value(text: str, kind: str) -> Cell:
    text = text.strip()
    if not text:
        if kind.endswith("?"):
            return None
        raise ValueError("is empty: fill it in")
    return _READERS[kind.removesuffix("?")](text)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _refuse(path, None, "is not UTF-8 text: save it as UTF-8")
    except OSError as error:
        _refuse(path, None, f"cannot be read ({error.strerror}): check its name and permissions")


def _refuse(path: Path, line: int | None, message: str) -> NoReturn:
    raise DataError(Fault(path, line, message))
