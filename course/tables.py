"""Tables for people and for spreadsheets: text in columns, and CSV that no spreadsheet can take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet calculate a cell, full-width forms included."""


def write_csv(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """CSV with every text quoted; text that a spreadsheet would calculate gets a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in [header, *rows]:
        writer.writerow([plain(cell) for cell in row])
    return out.getvalue()


def plain(cell: Cell) -> Cell:
    """A cell that stays what it is in a spreadsheet; numbers are left alone, nothing becomes empty text."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def columns(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The same as lines of text, numbers to the right; control characters of a hostile text are taken out."""
    texts = [[_short(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(header), *texts]) for i in range(len(header))]
    right = [all(isinstance(row[i], (int, float)) or row[i] is None for row in rows) and bool(rows) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)).rstrip()

    return "\n".join([line(header), line(["-" * width for width in widths]), *map(line, texts)])


def _short(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{round(cell, 2):g}"
    return "".join(c if c.isprintable() else " " for c in str(cell))[:60]
