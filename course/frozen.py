"""What a cohort draws from, kept from its first build on: the figures of questions that vary, and the questions of each pool.

Tables are renewed with every edition, and banks grow; somebody who was asked something is marked, and marked again, with that.
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
    kept = _read(path)["questions"].get(question.id)
    return kept["rows"] if kept and kept["asked_for"] == _asked_for(question) else {}


def changed(path: Path, bank: Any) -> list[str]:
    """What is drawn otherwise than this cohort began with, in words: questions and pools. Raises CourseError."""
    kept, now = _read(path), _wanted(bank)
    told = [f"`{name}` draws other figures" for name in _differing(_specs(kept), _specs(now))]
    return told + [f"the pool `{name}` is another" for name in _differing(kept["pools"], now["pools"])]


def freeze(path: Path, bank: Any) -> None:
    """Keep what a bank draws from now, in the tables as they are; what is kept already, and still asked for, stays."""
    kept, wanted = _read(path), _wanted(bank)
    for name, before in kept["questions"].items():
        if name in wanted["questions"] and wanted["questions"][name]["asked_for"] == before["asked_for"]:
            wanted["questions"][name] = before
    if wanted == kept:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps({"format": 1, **wanted}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)


def _wanted(bank: Any) -> dict[str, Any]:
    questions = {
        question.id: {"asked_for": _asked_for(question), "rows": {row: dict(values) for row, values in question.vary.rows().items()}}
        for question in bank.questions
        if question.vary
    }
    pools = {name: {"draw": draw, "of": sorted(q.id for q in bank.questions if q.pool == name)} for name, draw in bank.pools.items()}
    return {"questions": questions, "pools": pools}


def _asked_for(question: Any) -> dict[str, Any]:
    """What decides which rows and figures there are; a corrected formula or text leaves them as they are."""
    return question.vary.model_dump(mode="json", exclude={"compute"})


def _specs(draws: dict[str, Any]) -> dict[str, Any]:
    return {name: kept["asked_for"] for name, kept in draws["questions"].items()}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        questions = {name: {"asked_for": kept["asked_for"], "rows": dict(kept["rows"])} for name, kept in found["questions"].items()}
        return {"questions": questions, "pools": dict(found["pools"])}
    except FileNotFoundError:
        return {"questions": {}, "pools": {}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(Fault(path, None, "cannot be read: put a backup in its place; marks of drawn questions depend on it")) from error
