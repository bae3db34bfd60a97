"""The figures that a cohort's questions draw from, kept from its first build on.

Tables are renewed with every edition; somebody who answered with last year's figures is marked, and marked again, with those.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from course.errors import CourseError, Fault
from course.vary import Row


def frozen_rows(path: Path, question: Any) -> dict[str, Row]:
    """The rows kept for a question, as long as it still asks for the same ones; nothing where none are kept. Raises CourseError."""
    kept = _read(path).get(question.id)
    return kept["rows"] if kept and kept["asked_for"] == _asked_for(question) else {}


def changed(path: Path, bank: Any) -> list[str]:
    """The questions whose kept figures are not those that they ask for now. Raises CourseError."""
    kept = _read(path)
    asked = {question.id: _asked_for(question) for question in bank.questions if question.vary}
    return sorted(name for name in {*kept, *asked} if kept.get(name, {}).get("asked_for") != asked.get(name))


def freeze(path: Path, bank: Any) -> None:
    """Keep the rows that a bank's questions find in the tables as they are now."""
    wanted = {
        question.id: {"asked_for": _asked_for(question), "rows": {row: dict(values) for row, values in question.vary.rows().items()}}
        for question in bank.questions
        if question.vary
    }
    if wanted == _read(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps({"format": 1, "questions": wanted}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)


def _asked_for(question: Any) -> dict[str, Any]:
    """What decides which rows and figures there are; a corrected formula or text leaves them as they are."""
    return question.vary.model_dump(mode="json", exclude={"compute"})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: {"asked_for": kept["asked_for"], "rows": dict(kept["rows"])} for name, kept in found["questions"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(Fault(path, None, "cannot be read: put a backup in its place; marks of questions that vary depend on it")) from error
