"""The interactive explorers, one file each, found by their slug."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.errors import Fault

if TYPE_CHECKING:
    from course.explorers.base import Explorer

_SHARED = {"__init__", "base", "markup"}


def names() -> list[str]:
    """The slugs of all explorers: every file of this folder that is not shared machinery."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(file.stem.replace("_", "-") for file in files if file.stem not in _SHARED)


def explorer(name: str, **change: Any) -> Explorer:
    """A fresh explorer, for example `explorer("sending-cost")`; keyword arguments change its first state.

    Raises ValueError, with the known names, where there is none of that name.
    """
    if name not in names():
        raise ValueError(f"there is no explorer {name!r}; the explorers are: {', '.join(names())}")
    module = import_module(f"course.explorers.{name.replace('-', '_')}")
    kinds = (kind for kind in vars(module).values() if getattr(kind, "name", None) == name)
    found = next((kind for kind in kinds if isinstance(kind, type)), None)
    if found is None:
        raise ValueError(f"{module.__name__} has no Explorer class whose name is {name!r}")
    return found(**change)


def content_faults(known_sources: set[str]) -> list[Fault]:
    """What must be mended in the content files of explorers that have one; each such explorer says so itself."""
    faults: list[Fault] = []
    for name in names():
        check = getattr(import_module(f"course.explorers.{name.replace('-', '_')}"), "content_faults", None)
        faults += check(known_sources) if check else []
    return faults
