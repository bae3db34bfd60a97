"""The look: style sheets for the page, the panels, the explorers and the maps, one file each."""

from __future__ import annotations

from importlib.resources import files


def sheet(*names: str) -> str:
    """Style sheets of this folder, one after another."""
    return "\n".join(files(__name__).joinpath(f"{name}.css").read_text(encoding="utf-8") for name in names)


STYLE = sheet("tokens", "panel")
"""What a panel carries with it wherever it is shown."""
