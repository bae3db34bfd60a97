"""The base of every widget of the course: an anywidget that costs little to make, since a lesson has thirty of them."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets


class PageWidget(anywidget.AnyWidget):
    """Subclasses give `_esm` and `_css` as traits of the class.

    anywidget makes a class of its own for each widget, with these as traits of that class; here they are there already.
    """

    _anywidget_id = traitlets.Unicode().tag(sync=True)
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    layout: Any = None
    """Not ipywidgets' Layout, which would be one more widget for each: sizes are for style sheets to say."""

    @traitlets.default("_anywidget_id")
    def _its_name(self) -> str:
        return f"{type(self).__module__}.{type(self).__name__}"

    def add_traits(self, **traits: Any) -> None:
        new = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if new:
            super().add_traits(**new)
