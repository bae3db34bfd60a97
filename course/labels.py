"""Where the names at the ends of a chart's lines stand, so that none covers another: pure geometry in SVG units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_STEP = 2.0  # names move in steps of this many units


@dataclass(frozen=True)
class Box:
    """A rectangle; as an obstacle, `cost` says how bad it is to cover it."""

    left: float
    top: float
    right: float
    bottom: float
    cost: float = 0.0

    def hits(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True)
class Label:
    """Lines of text at `x` whose block would like its top at `wanted`."""

    x: float
    wanted: float
    width: float
    height: float

    def box(self, top: float) -> Box:
        """The rectangle it fills with its top there."""
        return Box(self.x, top, self.x + self.width, top + self.height)


def place(labels: Sequence[Label], obstacles: Sequence[Box], low: float, high: float) -> list[float]:
    """The top of each label: none overlaps another, their order (by their middles) stays as wanted, the whole moves least.

    Every move costs its square, covering an obstacle costs what the obstacle says, so there is always an answer;
    where the space from `low` to `high` cannot hold them all, they run over its lower end.
    """
    if not labels:
        return []
    order = sorted(range(len(labels)), key=lambda n: labels[n].wanted + labels[n].height / 2)
    total = sum(label.height for label in labels)
    tops = [low + _STEP * n for n in range(int(max(high - low, total) / _STEP) + 2)]
    # best[n][p]: the least cost of the first n labels when the last of them stands at or above tops[p]
    best: list[list[float]] = []
    choice: list[list[int]] = []
    for place_in_order, number in enumerate(order):
        label = labels[number]
        near = [one for one in obstacles if one.left < label.x + label.width and label.x < one.right]
        running: list[float] = []
        chosen: list[int] = []
        for p, top in enumerate(tops):
            before = 0.0
            if place_in_order:
                q = int((top - labels[order[place_in_order - 1]].height - low) / _STEP)
                before = best[-1][q] if q >= 0 else float("inf")
            box = label.box(top)
            cost = before + (top - label.wanted) ** 2 + sum(one.cost for one in near if box.hits(one))
            cost += 1e6 * max(0.0, top + label.height - high)
            better = not running or cost < running[-1]
            running.append(cost if better else running[-1])
            chosen.append(p if better else chosen[-1])
        best.append(running)
        choice.append(chosen)
    found = [0.0] * len(labels)
    limit = len(tops) - 1
    for place_in_order in range(len(order) - 1, -1, -1):
        at = choice[place_in_order][limit]
        found[order[place_in_order]] = tops[at]
        if place_in_order:
            limit = int((tops[at] - labels[order[place_in_order - 1]].height - low) / _STEP)
    return found
