"""A page while it is being filled, from top to bottom, in two layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .scene import Align, Item, Line, Polygon, Scene, Text
from .typeface import wrap

if TYPE_CHECKING:
    from .style import Style

__all__ = ["Page"]


@dataclass(slots=True)
class Page:
    """A page while it is being filled.

    Attributes
    ----------
    style : Style
        How it looks.
    y : float
        The cursor: how far the page is filled, in points from the top.
    back, front : list
        What is behind and what is before: rules and reference lines, then marks and texts.
    """

    style: Style
    y: float
    back: list[Item] = field(default_factory=list)
    front: list[Item] = field(default_factory=list)

    def write(
        self,
        x: float,
        baseline: float,
        text: str,
        role: str,
        *,
        align: Align = "left",
        bold: bool = False,
        italic: bool = False,
        size: float | None = None,
        color: str | None = None,
        ground_from: float | None = None,
    ) -> None:
        """Put one line of text on the page; nothing for an empty one.

        With `ground_from`, the text has clear ground from there on to the right, so that no reference line strikes it
        through.
        """
        if not text.strip():
            return
        item = Text(
            x=x,
            baseline=baseline,
            text=text,
            size=size or self.style.size,
            color=color or self.style.ink,
            role=role,
            align=align,
            bold=bold,
            italic=italic,
        )
        if ground_from is not None:
            left, top, right, bottom = item.box
            left, right = max(left - 2, ground_from), right + 2
            if right > left:
                # A little more, so that no line shows between two lines of text.
                top, bottom = top - 0.8, bottom + 0.8
                corners = ((left, top), (right, top), (right, bottom), (left, bottom))
                self.front.append(Polygon(points=corners, fill=self.style.paper, role="ground"))
        self.front.append(item)

    def paragraph(
        self, text: str, role: str, *, size: float, color: str, bold: bool = False, right: float | None = None
    ) -> None:
        """Put a text at the cursor, from margin to margin or to `right`, and move the cursor under it."""
        width = (self.style.width - self.style.margin if right is None else right) - self.style.margin
        for line in wrap(text, width, size, bold=bold):
            self.write(self.style.margin, self.y + size, line, role, size=size, color=color, bold=bold)
            self.y += 1.28 * size

    def rule(self, *, width: float, color: str, role: str) -> None:
        """Draw a line from margin to margin at the cursor."""
        start, end = (self.style.margin, self.y), (self.style.width - self.style.margin, self.y)
        self.back.append(Line(start=start, end=end, color=color, width=width, role=role))

    def scene(self, *, title: str, description: str) -> Scene:
        """Return the filled page: as high as it is filled, with what is behind first."""
        return Scene(
            width=self.style.width,
            height=self.y + self.style.margin,
            title=title,
            description=description,
            paper=self.style.paper,
            items=(*self.back, *self.front),
        )
