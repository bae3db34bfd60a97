"""A second scorer, written from the rules in words and from nothing of the engine: plain YAML and an answer in, points out.

It is slow and plain on purpose. Where it and the engine disagree, one of them does not do what the documentation says.
"""

from __future__ import annotations

import csv
import hashlib
import math
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from support import REPOSITORY

UNREADABLE = object()
"""Stands for an answer that a person must look at."""


def reference_asked(bank: dict[str, Any], cohort: str, who: str) -> list[tuple[str, dict[str, Any]]]:
    """What somebody is asked, from the rules in words: (cell, question), pools drawn and figures filled in.

    Of a pool, the questions whose sha256 of `cohort/who/pool/question` is smallest, in that order; of a question that
    varies, the row whose sha256 of `cohort/who/question/row` is smallest.
    """
    asked: list[tuple[str, dict[str, Any]]] = []
    left = {name: sorted((q for q in bank["questions"] if q.get("pool") == name), key=lambda q, n=name: _hash(cohort, who, n, q["id"])) for name in bank.get("pools", {})}
    for question in bank["questions"]:
        if "pool" not in question:
            asked.append((question["id"], question))
        elif question["pool"] in left:
            chosen = left.pop(question["pool"])[: bank["pools"][question["pool"]]]
            asked += [(f"{question['pool']}-{number}", one) for number, one in enumerate(chosen, 1)]
    return [(cell, reference_variants(q)[min(reference_variants(q), key=lambda row, q=q: _hash(cohort, who, q["id"], row))] if "vary" in q else q) for cell, q in asked]


def reference_variants(question: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The number question that each row of a question with `vary:` gives, by row; rows of tables whose key is sender and receiver."""
    vary, found = question["vary"], {}
    with (REPOSITORY / "course" / "data" / f"{vary['table']}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            texts = {name: row[column] for name, column in vary["figures"].items()}
            values: dict[str, Any] = {name: float(text) if name in vary["where"] and text else text for name, text in texts.items()}
            if all(values[name] != "" and low <= values[name] <= high for name, (low, high) in vary["where"].items()):
                for name, formula in vary["compute"].items():
                    values[name] = eval(formula, {"round": _half_up}, values)  # the gallery's own formulas, nobody else's
                key = question["number"]["value"].strip("{}")
                found[f"{row['sender']}-{row['receiver']}"] = {**question, "number": {**question["number"], "value": values[key]}}
    return found


def _half_up(value: float, decimals: int) -> float:
    return math.floor(Decimal(str(value)) * 10**decimals + Decimal("0.5")) / 10**decimals


def _hash(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def reference_points(question: dict[str, Any], answer: Any) -> float | None:
    """The points of an answer to a question as its YAML has it; None where a person must look."""
    if answer is None:
        return 0.0
    share = _share(question, answer)
    return None if share is UNREADABLE else round(float(share * Fraction(str(question.get("points", 1)))), 4)


def _share(question: dict[str, Any], answer: Any) -> Any:
    (kind,) = set(question) & set(_RULES)
    share = _RULES[kind](question[kind], answer)
    return share if share is UNREADABLE else max(Fraction(0), min(Fraction(1), Fraction(share)))


def _choices(options: list[dict[str, Any]], answer: Any) -> Any:
    right = {option["id"] for option in options if option.get("correct")}
    every = {option["id"] for option in options}
    chosen = _set(answer)
    if not chosen or not chosen <= every or (len(right) == 1 and len(chosen) > 1):
        return UNREADABLE
    if len(right) == 1:
        return chosen == right
    wrong = every - right
    return Fraction(len(chosen & right), len(right)) - Fraction(len(chosen & wrong), len(wrong))


def _number(number: dict[str, Any], answer: Any) -> Any:
    given = _decimal(answer)
    if given is None:
        return UNREADABLE
    value, tolerance = Decimal(str(number["value"])), number.get("tolerance", 0)
    if isinstance(tolerance, str):
        within = abs(value) * Decimal(tolerance.rstrip("% ")) / 100
    else:
        within = Decimal(str(tolerance))
    return abs(given - value) <= within


def _decimal(answer: Any) -> Decimal | None:
    """A number with a point or one comma for decimals, blanks between thousands; a comma before three digits is unclear."""
    if not isinstance(answer, str) or "e" in answer.casefold() or "n" in answer.casefold() or "_" in answer:
        return None
    text = "".join(answer.split()).replace("'", "")
    whole, comma, end = text.partition(",")
    if comma:
        if len(end) == 3 and whole.lstrip("+-")[:1] not in ("", "0") and len(whole.lstrip("+-")) <= 3:
            return None
        text = f"{whole}.{end}"
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _true_false(statement: dict[str, Any], answer: Any) -> Any:
    parts = {"verdict": {"true", "false"}}
    key = {"verdict": "true" if statement["answer"] else "false"}
    for reason in statement.get("reasons", []):
        parts.setdefault("reason", set()).add(reason["id"])
        if reason.get("correct"):
            key["reason"] = reason["id"]
    chosen = _one_each(answer, parts)
    return UNREADABLE if chosen is UNREADABLE else chosen == key


def _match(match: dict[str, Any], answer: Any) -> Any:
    options = {option["id"] for option in match["options"]}
    chosen = _one_each(answer, {item["id"]: options for item in match["items"]})
    if chosen is UNREADABLE:
        return UNREADABLE
    count = len(match["items"])
    right = Fraction(sum(chosen.get(item["id"]) == item["to"] for item in match["items"]), count)
    return _above(right, Fraction(1, count))


def _sort(sort: dict[str, Any], answer: Any) -> Any:
    categories = {category["id"] for category in sort["categories"]}
    chosen = _one_each(answer, {item["id"]: categories for item in sort["items"]})
    if chosen is UNREADABLE:
        return UNREADABLE
    used = {item["in"] for item in sort["items"]}
    shares = []
    for category in used:
        inside = [item["id"] for item in sort["items"] if item["in"] == category]
        shares.append(Fraction(sum(chosen.get(item) == category for item in inside), len(inside)))
    return _above(sum(shares) / len(shares), Fraction(1, len(used)))


def _order(items: list[dict[str, Any]], answer: Any) -> Any:
    key = [item["id"] for item in items]
    untouched = sorted(key, key=lambda item: hashlib.sha256(item.encode()).hexdigest())
    if not isinstance(answer, list) or len(answer) != len(key) or _set(answer) != set(key) or answer == untouched:
        return UNREADABLE
    right = pairs = 0
    for first in range(len(key)):
        for second in range(first + 1, len(key)):
            pairs += 1
            right += answer.index(key[first]) < answer.index(key[second])
    return _above(Fraction(right, pairs), Fraction(1, 2))


def _fill(fill: dict[str, Any], answer: Any) -> Any:
    if not isinstance(answer, str) or len(answer) > 200 or not any(map(str.isalnum, answer)):
        return UNREADABLE
    return _plain(answer) in map(_plain, fill["accept"])


def _plain(text: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(letters.split()).rstrip(".!?, ")


def _place(place: dict[str, Any], answer: Any) -> Any:
    right = set(place["right"])
    offered = set(place.get("among") or _member_and_observer_states())
    chosen = _set(answer)
    if not chosen or not chosen <= offered or (len(right) == 1 and len(chosen) > 1):
        return UNREADABLE
    if len(right) == 1:
        return chosen == right
    cost = Fraction(1, min(len(right), len(offered) - len(right)))
    return Fraction(len(chosen & right), len(right)) - cost * len(chosen - right)


def _member_and_observer_states() -> list[str]:
    with (REPOSITORY / "course" / "data" / "states.csv").open(encoding="utf-8", newline="") as file:
        return [row["iso3"] for row in csv.DictReader(file) if row["status"] != "area"]


def _case(case: dict[str, Any], answer: Any) -> Any:
    if not isinstance(answer, dict) or set(answer) - {part["id"] for part in case["parts"]}:
        return UNREADABLE
    earned, points, given = Fraction(0), Fraction(0), 0
    for part in case["parts"]:
        worth = Fraction(str(part.get("points", 1)))
        points += worth
        if _open(answer.get(part["id"])):
            continue
        share = _share({key: value for key, value in part.items() if key != "points"}, answer[part["id"]])
        if share is UNREADABLE:
            return UNREADABLE
        given += 1
        earned += share * worth
    return earned / points if given else UNREADABLE


def _open(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_open, value.values()))
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _written(_: Any, answer: Any) -> Any:
    return UNREADABLE


def _above(share: Fraction, guess: Fraction) -> Fraction:
    """What a share is worth above what guessing gives."""
    return (share - guess) / (1 - guess)


def _set(answer: Any) -> set[str]:
    """The ids in a list of ids; empty where it is none."""
    return set(answer) if isinstance(answer, list) and all(isinstance(item, str) for item in answer) else set()


def _one_each(answer: Any, places: dict[str, set[str]]) -> Any:
    """One value for each place that is filled."""
    if not isinstance(answer, dict) or set(answer) - set(places):
        return UNREADABLE
    chosen = {}
    for place, value in answer.items():
        values = value if isinstance(value, list) else [] if value == "" else [value]
        if len(values) > 1 or any(not isinstance(one, str) or one not in places[place] for one in values if one != ""):
            return UNREADABLE
        chosen |= {place: one for one in values if one}
    return chosen or UNREADABLE


_RULES = {
    "choices": _choices, "number": _number, "true_false": _true_false, "match": _match, "sort": _sort, "order": _order,
    "fill": _fill, "place": _place, "case": _case, "written": _written,
}  # fmt: skip
