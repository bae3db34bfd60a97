"""How long a dated fact may stand: months count, and the last of what a date may mean."""

from __future__ import annotations

from datetime import date

import pytest

from course.shelf import stale


@pytest.mark.parametrize(
    ("as_of", "life", "today", "old"),
    [
        ("2024-06-30", "2 years", date(2026, 6, 30), False),
        ("2024-06-01", "2 years", date(2026, 6, 30), False),
        ("2024-06-01", "2 years", date(2026, 7, 1), True),
        ("2024", "1 year", date(2025, 12, 31), False),
        ("2024", "1 year", date(2026, 1, 1), True),
        ("2024-11", "3 months", date(2025, 2, 28), False),
        ("2024-11", "3 months", date(2025, 3, 1), True),
        ("", "1 month", date(2100, 1, 1), False),
    ],
)
def test_a_fact_is_old_in_the_month_after_its_shelf_life(as_of: str, life: str, today: date, old: bool) -> None:
    assert stale(as_of, life, today) is old
