"""Marks that occur nowhere else, to be planted in every secret of the graded questions and then searched for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MARK = "kanarienvogel"
NUMBER = 918273.645


def plant(questions: Path) -> None:
    """Put marks into every secret of every question file in a folder."""
    for path in questions.glob("*.yml"):
        bank = yaml.safe_load(path.read_text(encoding="utf-8"))
        planted = sum(_plant(question) for question in bank["questions"])
        assert planted > 3 * len(bank["questions"])
        path.write_text(yaml.safe_dump(bank, allow_unicode=True, sort_keys=False), encoding="utf-8")


def secrets_in(data: bytes) -> list[str]:
    """Which of the marks are in some bytes."""
    return [mark for mark in (MARK, str(NUMBER), "918273") if mark.encode() in data]


def _plant(question: dict[str, Any]) -> int:
    """Put marks into a question's secrets; returns how many."""
    question["explanation"] = f"{MARK} {question['explanation']}"
    question["objective"] = f"{MARK} {question.get('objective', '')}"
    planted = 2
    for option in question.get("choices", []):
        option["feedback"] = f"{MARK} {option['feedback']}"
        planted += 1
    if "number" in question:
        question["number"] |= {"value": NUMBER, "tolerance": 0.125}
        planted += 2
    if "written" in question:
        question["written"]["rubric"] = [f"{MARK} {line}" for line in question["written"]["rubric"]]
        planted += 2
    return planted
