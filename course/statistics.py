"""What the marks of a cohort say about its questions. Pure; the definitions are those of classical test theory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5
"""Delegates below which a correlation says nothing and is not given."""

Shares = Mapping[str, float | None]
"""By question, the part of its points that one delegate earned, 0 to 1; None while it is not marked."""


@dataclass(frozen=True)
class Item:
    """One question's figures; None where there are too few marks to say."""

    question: str
    marked: int
    facility: float | None
    discrimination: float | None


def items(questions: Sequence[str], delegates: Sequence[Shares], points: Mapping[str, float]) -> list[Item]:
    """The figures of every question, over the delegates whose answer to it is marked."""
    return [
        Item(name, len(known := [d for d in delegates if d.get(name) is not None]), facility(name, known), discrimination(name, known, points))
        for name in questions
    ]


def facility(question: str, delegates: Sequence[Shares]) -> float | None:
    """The mean share of the points earned: 1 where everybody was right, 0 where nobody was."""
    shares = [d[question] for d in delegates if d.get(question) is not None]
    return sum(shares) / len(shares) if shares else None  # type: ignore[arg-type]


def discrimination(question: str, delegates: Sequence[Shares], points: Mapping[str, float]) -> float | None:
    """The item–rest correlation: do those who do well elsewhere do well here? -1 to 1.

    The rest is the share of points earned in the delegate's other marked questions. None for fewer than FEWEST
    delegates, and where everybody has the same mark.
    """
    pairs = []
    for delegate in delegates:
        rest = [(share, points[name]) for name, share in delegate.items() if name != question and share is not None]
        share = delegate.get(question)
        if share is not None and rest:
            pairs.append((share, sum(part * worth for part, worth in rest) / sum(worth for _, worth in rest)))
    return correlation(pairs) if len(pairs) >= FEWEST else None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; None where one side does not vary."""
    count = len(pairs)
    if not count:
        return None
    mean_x, mean_y = sum(x for x, _ in pairs) / count, sum(y for _, y in pairs) / count
    above = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    below = math.sqrt(sum((x - mean_x) ** 2 for x, _ in pairs) * sum((y - mean_y) ** 2 for _, y in pairs))
    return None if below < 1e-12 else max(-1.0, min(1.0, above / below))


def weighted_kappa(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Cohen's kappa with quadratic weights: how far two markers agree beyond what chance alone would give.

    1 less the mean squared difference of the two marks of an answer, over that of any mark of the one marker and any
    of the other: 1 for the same marks, 0 for agreement as by chance, below 0 for less. None for fewer than FEWEST
    pairs, and where all marks of both are the same. Cohen, J. (1968), “Weighted kappa: Nominal scale agreement
    provision for scaled disagreement or partial credit”, Psychological Bulletin 70(4), 213–220.
    """
    count = len(pairs)
    if count < FEWEST:
        return None
    mean_x, mean_y = sum(x for x, _ in pairs) / count, sum(y for _, y in pairs) / count
    observed = sum((x - y) ** 2 for x, y in pairs) / count
    # The mean of (x_i - y_j)² over all i and j, without going through all of them.
    spread = sum((x - mean_x) ** 2 + (y - mean_y) ** 2 for x, y in pairs) / count
    by_chance = spread + (mean_x - mean_y) ** 2
    return None if by_chance < 1e-12 else 1 - observed / by_chance


def chosen(options: Sequence[str], answers: Sequence[Sequence[str] | None]) -> dict[str, int]:
    """How many delegates chose each option; an option that nobody chose has 0."""
    # What somebody sent in place of an option may be anything.
    counts = Counter(option for answer in answers for option in {one for one in answer or () if isinstance(one, str)})
    return {option: counts[option] for option in options}


def histogram(percents: Sequence[float], width: int = 10) -> list[int]:
    """How many results lie in 0 to under 10 per cent, 10 to under 20, …; 100 per cent belongs to the last class."""
    classes = [0] * (100 // width)
    for percent in percents:
        classes[min(len(classes) - 1, max(0, int(percent // width)))] += 1
    return classes
