"""The look: style sheets for the page, the panels, the explorers and the maps, one file each."""

from __future__ import annotations

from importlib.resources import files


def sheet(*names: str) -> str:
    """Style sheets of this folder, one after another."""
    return "\n".join(files(__name__).joinpath(f"{name}.css").read_text(encoding="utf-8") for name in names)


PANEL = ("tokens", "panel", "kinds", "place")
"""The sheets of question panels."""

PAGE = ("tokens", "page", "panel", "kinds", "place", "explorer")
"""The sheets of a lesson page, in order; those that single explorers name come after them."""
