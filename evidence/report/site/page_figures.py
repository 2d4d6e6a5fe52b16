"""Figures of whole pages: drawn once for what they show, wide, and narrow where a telephone's width holds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ...errors import InputError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["PageFigure", "figure_files", "page_figure"]

_WIDE_MM, _NARROW_MM = 174.0, 84.0
_FOLDER = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigure:
    """A figure that is shown on a page.

    Attributes
    ----------
    name : str
        Its file without ``.svg``.
    heading, description : str
        What it shows, in a line and in full.
    wide, narrow : bytes
        The SVG; `narrow` is empty where the figure cannot be that narrow.
    """

    name: str
    heading: str
    description: str
    wide: bytes
    narrow: bytes

    @property
    def path(self) -> str:
        """Where the figure is, from the site's folder."""
        return f"{_FOLDER}/{self.name}.svg"

    @property
    def narrow_path(self) -> str:
        """Where the narrow one is."""
        return f"{_FOLDER}/{self.name}-narrow.svg"


@lru_cache(maxsize=32)
def page_figure(name: str, kind: str, data: Hashable) -> PageFigure:
    """Return a figure of a page, drawn.

    Parameters
    ----------
    name : str
        What its files are called.
    kind : str
        One of `evidence.plot.KINDS`.
    data : object
        The data of that kind.
    """
    from ...plot.kinds import draw_figure
    from ...plot.page.save import figure_bytes

    figure = draw_figure(kind, data, width_mm=_WIDE_MM)
    try:
        narrow = figure_bytes(draw_figure(kind, data, width_mm=_NARROW_MM), "svg")
    except InputError:
        narrow = b""
    return PageFigure(
        name=name,
        heading=figure.heading,  # type: ignore[attr-defined]
        description=figure.description,  # type: ignore[attr-defined]
        wide=figure_bytes(figure, "svg"),
        narrow=narrow,
    )


def figure_files(figures: Iterable[PageFigure | None]) -> dict[str, bytes]:
    """Return the files of figures by their paths."""
    found = {}
    for figure in figures:
        if figure is not None:
            found[figure.path] = figure.wide
            found |= {figure.narrow_path: figure.narrow} if figure.narrow else {}
    return found
