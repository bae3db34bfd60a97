"""What chance decides for each delegate: which questions of a pool, which figures of a variant, in which order the options.

Chance here is a hash of cohort, delegate and name, so that the same delegate always gets the same, in every process and
every year, and one more question or row moves nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any


def drawn(names: Iterable[str], *seed: str) -> list[str]:
    """Names in the order of the sha256 of `seed/…/name`; the first k of them are a draw of k."""
    return sorted(names, key=lambda name: sha256("/".join([*seed, name]).encode()).digest())


@dataclass(frozen=True)
class Slot:
    """A place in an assessment: the cell that carries its mark, and the questions that may stand there.

    A pool has as many slots as questions are drawn; every other question has a slot of its own, named as it is.
    """

    cell: str
    names: tuple[str, ...]
    pool: str = ""
    position: int = 0


def ask(slots: Iterable[Slot], rows: Mapping[str, Sequence[str]], cohort: str, who: str) -> list[tuple[str, str, str]]:
    """What somebody is asked: (cell, question, row of its figures or nothing), in order.

    `rows` has the rows that each varied question may draw.
    """
    asked = []
    for slot in slots:
        name = drawn(slot.names, cohort, who, slot.pool)[slot.position] if slot.pool else slot.names[0]
        asked.append((slot.cell, name, drawn(rows[name], cohort, who, name)[0] if name in rows else ""))
    return asked


def asked_of(shown: Mapping[str, Any], cohort: str, who: str) -> dict[str, Any]:
    """A published assessment as one delegate sees it: `questions` are those asked, each with its `cell`, and `drawn` where
    another delegate may have another one.
    """
    slots = [Slot(slot["cell"], tuple(slot["names"]), slot.get("pool", ""), slot.get("position", 0)) for slot in shown["slots"]]
    every = {question["id"]: question for question in shown["questions"]}
    rows = {name: list(question["variants"]) for name, question in every.items() if "variants" in question}
    questions = []
    for (cell, name, row), slot in zip(ask(slots, rows, cohort, who), slots, strict=True):
        question = every[name]["variants"][row] if row else every[name]
        body = _shuffled(question["shown"], cohort, who, name) if question.get("shuffle") else question["shown"]
        questions.append({**question, "shown": body, "cell": cell, "drawn": bool(row or slot.pool)})
    return {**shown, "questions": questions}


def _shuffled(shown: dict[str, Any], cohort: str, who: str, name: str) -> dict[str, Any]:
    options = {option["id"]: option for option in shown["options"]}
    return {**shown, "options": [options[key] for key in drawn(options, cohort, who, name, "options")]}
