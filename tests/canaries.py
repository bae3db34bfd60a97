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
    question["objective"] = f"{MARK} {question.get('objective', '')}"
    return 1 + _plant_words(question)


def _plant_words(part: Any) -> int:
    """Put marks into whatever only the key, the feedback or the rubric says, however deep it stands."""
    if isinstance(part, list):
        return sum(map(_plant_words, part))
    if not isinstance(part, dict):
        return 0
    planted = 0
    for name, value in part.items():
        if name in ("feedback", "explanation", "otherwise"):
            part[name] = f"{MARK} {value}"
            planted += 1
        elif name == "answer" and isinstance(value, str):
            part[name] = f"{MARK} {value}"
            planted += 1
        elif name in ("accept", "rubric"):
            part[name] = [f"{MARK} {line}" for line in value]
            planted += len(value)
        elif name == "number":
            part[name] |= {"value": NUMBER, "tolerance": 0.125}
            planted += 2
        elif name in ("right", "wrong") and isinstance(value, dict):
            # Places: what is said of each, by its code.
            part[name] = {code: f"{MARK} {said}" for code, said in value.items()}
            planted += len(value)
        else:
            planted += _plant_words(value)
    return planted
