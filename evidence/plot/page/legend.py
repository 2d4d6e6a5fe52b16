"""A legend under a plot: signs and their meanings, in as many rows as they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .marks import circle, diamond
from .scene import Curve, Line, Polygon
from .typeface import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page import Page
    from .scene import Item

__all__ = ["Key", "Sign", "legend"]

Sign = Literal["dot", "ring", "swatch", "line", "dashed", "diamond"]
_SIGN, _GAP, _BETWEEN = 13.0, 4.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of a legend.

    Attributes
    ----------
    sign : {"dot", "ring", "swatch", "line", "dashed", "diamond"}
        The shape.
    color : str
        Its colour.
    text : str
        What it means.
    width : float
        Width of a line.
    """

    sign: Sign
    color: str
    text: str
    width: float = 1.0


def legend(page: Page, keys: Sequence[Key], *, lead: str = "") -> None:
    """Write a legend at the cursor, the width of the page, and move the cursor under it.

    Parameters
    ----------
    page : Page
        The page.
    keys : sequence of Key
        The entries, in order.
    lead : str
        What stands before the first, as ``Shades``.
    """
    style = page.style
    left, right = style.margin, style.width - style.margin
    x, size = left, style.small
    row = 1.4 * size
    if lead:
        page.write(x, page.y + size, lead, "legend", size=size, color=style.muted)
        x += text_width(lead, size) + _BETWEEN / 2
    for key in keys:
        lines = wrap(key.text, right - left - _SIGN - _GAP, size)
        width = _SIGN + _GAP + max(text_width(line, size) for line in lines)
        if x > left and x + width > right:
            x = left
            page.y += row
        page.front += _drawn(page, key, x, page.y + 0.64 * size)
        for number, line in enumerate(lines):
            if number:
                page.y += 1.28 * size
            page.write(x + _SIGN + _GAP, page.y + size, line, "legend", size=size, color=style.muted)
        x += width + _BETWEEN
    page.y += row


def _drawn(page: Page, key: Key, x: float, y: float) -> list[Item]:
    style, middle = page.style, x + _SIGN / 2
    if key.sign == "swatch":
        corners = ((x, y - 3.2), (x + _SIGN, y - 3.2), (x + _SIGN, y + 3.2), (x, y + 3.2))
        edge = Curve(points=(*corners, corners[0]), color=style.faint, width=0.5, role="key")
        return [Polygon(points=corners, fill=key.color, role="key"), edge]
    if key.sign == "dot":
        return [Polygon(points=circle(middle, y, 2.3), fill=key.color, role="key")]
    if key.sign == "ring":
        around = circle(middle, y, 2.2)
        return [Curve(points=(*around, around[0]), color=key.color, width=0.9, role="key")]
    if key.sign == "diamond":
        return [Polygon(points=diamond(middle, y, 3.2), fill=key.color, role="key")]
    dashed = key.sign == "dashed"
    return [Line(start=(x, y), end=(x + _SIGN, y), color=key.color, width=key.width, role="key", dashed=dashed)]
