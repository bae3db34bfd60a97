"""How long a dated fact may stand before somebody should look at it again. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

SHELF_LIFE = r"^[1-9]\d{0,2} (months?|years?)$"
ShelfLife = Annotated[str, Field(pattern=SHELF_LIFE)]
"""How long the dated facts of a file may stand: `18 months`, `3 years`."""

DEFAULT = "3 years"


def stale(as_of: str, shelf_life: str, today: date) -> bool:
    """Whether a fact of that year ("2024"), month ("2024-06") or day has stood for longer than its file allows. Months count, not days."""
    if not as_of:
        return False
    year, month = (*as_of.split("-"), "12")[:2]
    number, unit = shelf_life.split()
    months = int(number) * (12 if unit.startswith("year") else 1)
    return int(year) * 12 + int(month) + months < today.year * 12 + today.month
