"""How far a long stage has come: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


def silent(what: str, done: int, total: int) -> None:
    """For callers who do not want to know."""


class Bar:
    """A progress bar on standard error, to be used in a `with` block and called as a Progress."""

    def __enter__(self) -> Bar:
        # None lets tqdm keep quiet where standard error is not a terminal.
        self._bar = tqdm(disable=None, file=sys.stderr, leave=False, unit="")
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.close()

    def __call__(self, what: str, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.set_description_str(what[:40], refresh=False)
        self._bar.n = done
        self._bar.refresh()
