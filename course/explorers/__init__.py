"""The interactive explorers, one file each, found by their slug."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.explorers.base import Explorer
    from course.explorers.content import Content, ContentFolder

_SHARED = {"__init__", "base", "content", "markup"}


def names() -> list[str]:
    """The slugs of all explorers: every file of this folder that is not shared machinery."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(file.stem.replace("_", "-") for file in files if file.stem not in _SHARED)


def explorer(name: str, **change: Any) -> Explorer:
    """A fresh explorer, for example `explorer("sending-cost")`; keyword arguments change its first state.

    Raises ValueError, with the known names, where there is none of that name.
    """
    return _kind(name)(**change)


def styles() -> list[str]:
    """The sheets of `course/look/` that explorers need besides the one they share, each once."""
    return list(dict.fromkeys(style for name in names() for style in _kind(name).styles))


def contents() -> list[Content | ContentFolder]:
    """The content files, and folders of them, that explorers work on."""
    modules = [_module(name) for name in names()]
    return [module.CONTENT for module in modules if hasattr(module, "CONTENT")]


def _module(name: str) -> ModuleType:
    return import_module(f"course.explorers.{name.replace('-', '_')}")


def _kind(name: str) -> type[Explorer]:
    """The class of an explorer. Raises ValueError where there is none."""
    if name not in names():
        raise ValueError(f"there is no explorer {name!r}; the explorers are: {', '.join(names())}")
    kinds = (kind for kind in vars(_module(name)).values() if getattr(kind, "name", None) == name)
    found = next((kind for kind in kinds if isinstance(kind, type)), None)
    if found is None:
        raise ValueError(f"{_module(name).__name__} has no Explorer class whose name is {name!r}")
    return found
