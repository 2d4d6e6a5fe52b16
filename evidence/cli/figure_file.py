"""The file of a figure: whether it can be written, and writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

__all__ = ["SUFFIXES", "checked_figure_file", "write_figure"]

SUFFIXES = (".svg", ".pdf", ".png", ".tif", ".tiff")


def checked_figure_file(out: Path) -> Path:
    """Return a file that a figure can be written to; refuse any other before something is computed."""
    from ..errors import ProjectError
    from ..vocabulary import check_option

    check_option("suffix", out.suffix.lower(), SUFFIXES)
    if not out.parent.is_dir():
        raise ProjectError(f"{out} cannot be written: there is no folder {out.parent}")
    return out


def write_figure(figure: Figure, out: Path, *, dpi: float = 600) -> None:
    """Write a figure; what the system refuses is told as an error."""
    from ..errors import ProjectError
    from ..plot import save_figure

    try:
        save_figure(figure, out, dpi=dpi)
    except OSError as error:
        raise ProjectError(f"{out} cannot be written: {error.strerror}") from None
