"""The figures that are kept as files beside the pages: which, and how they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...plot.forest_plot.data import ForestData
    from ...synthesis import SynthesisResult

__all__ = ["FIGURE_SUFFIXES", "NARROW", "drawn_files", "drawn_suffixes"]

NARROW = "-narrow.svg"
FIGURE_SUFFIXES = (".svg", NARROW, ".png", ".pdf")
_NARROW_MM = 84.0  # the width of a telephone held upright, on which the wide figure could not be read
_DPI = 300.0


def drawn_suffixes(result: SynthesisResult) -> tuple[str, ...]:
    """Return the files that a synthesis gets: none where no trial entered, a PDF where trials are pooled.

    A PDF takes ten times as long as the rest, for the fonts in it; the command line draws any other in a second.
    """
    return FIGURE_SUFFIXES[: 4 if result.pooled else 3] if result.k else ()


def drawn_files(data: ForestData, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Draw a forest plot and yield what its files hold, each with its suffix."""
    from ...plot import forest
    from ...plot.page.save import figure_bytes

    wide = forest(data)
    for suffix in suffixes:
        if suffix == NARROW:
            yield suffix, figure_bytes(forest(data, width_mm=_NARROW_MM), "svg")
        else:
            yield suffix, figure_bytes(wide, suffix[1:], dpi=_DPI)
