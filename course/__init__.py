"""An interactive course on international migration and development.

A lesson needs one name: `from course import Module`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.module import Module

__all__ = ["Module"]


def __getattr__(name: str) -> Any:
    # Commands and nbgrader's steps import this package too; only lessons need the widgets.
    if name == "Module":
        from course.module import Module

        return Module
    raise AttributeError(f"module 'course' has no attribute {name!r}")
