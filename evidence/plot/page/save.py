"""Figures as files: SVG with its text as text, PDF with embedded type 42 fonts, PNG and TIFF for print.

The same figure gives the same bytes: no dates, no names of programs, no random identifiers.
"""

from __future__ import annotations

import io
import re
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ...errors import InputError
from ...vocabulary import check_option

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["check_dpi", "figure_bytes", "save_figure"]

_LEAST_DPI, _MOST_DPI = 50, 2400
_FORMATS = {".svg": "svg", ".pdf": "pdf", ".png": "png", ".tif": "tiff", ".tiff": "tiff"}
# Verdana and Vera have the same widths as DejaVu Sans, so a reader without DejaVu sees the same layout.
_STYLE = re.compile(r"\s*<defs>\s*<style[^>]*>\*\{stroke-linejoin: round; stroke-linecap: butt\}</style>\s*</defs>")
_FAMILIES = "'DejaVu Sans', 'Bitstream Vera Sans', Verdana, Geneva, sans-serif"


def check_dpi(dpi: object, *, name: str = "dpi=") -> None:
    """Refuse a resolution that no file should have; `name` is what the message calls it.

    Raises
    ------
    InputError
        If it is no number between 50 and 2400.

    Examples
    --------
    >>> check_dpi(10**6)
    Traceback (most recent call last):
    evidence.errors.InputError: dpi=1000000 is not between 50 and 2400; journals ask for 300 to 1200
    """
    if isinstance(dpi, bool) or not isinstance(dpi, Real) or not _LEAST_DPI <= float(dpi) <= _MOST_DPI:
        shown = f"{dpi:g}" if isinstance(dpi, float) else repr(dpi)
        raise InputError(f"{name}{shown} is not between {_LEAST_DPI} and {_MOST_DPI}; journals ask for 300 to 1200")


def save_figure(figure: Figure, path: str | Path, *, dpi: float = 600) -> Path:
    """Write a figure to a file; the suffix says in which format.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure, as `forest` returns it.
    path : str or Path
        The file; its suffix is ``.svg``, ``.pdf``, ``.png``, ``.tif`` or ``.tiff``.
    dpi : float
        Resolution of PNG and TIFF.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    OptionError
        If the suffix names no format.
    InputError
        If the resolution is not between 50 and 2400.
    """
    path = Path(path)
    check_option("suffix", path.suffix.lower(), _FORMATS)
    path.write_bytes(figure_bytes(figure, _FORMATS[path.suffix.lower()], dpi=dpi))
    return path


def figure_bytes(figure: Figure, format: str = "svg", *, dpi: float = 600) -> bytes:  # noqa: A002
    """Return a figure as the bytes of a file.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure. One made by this package carries its title and alternative text into SVG and PDF.
    format : {"svg", "pdf", "png", "tiff"}
        The file format.
    dpi : float
        Resolution of PNG and TIFF.

    Notes
    -----
    An SVG has no element identifiers unless the figure refers to them; what an element is stands in its class, so that
    several figures can be put into one page.
    """
    from .canvas import own_settings

    check_option("format", format, ("pdf", "png", "svg", "tiff"))
    check_dpi(dpi)
    title, description = getattr(figure, "heading", ""), getattr(figure, "description", "")
    options: dict[str, dict[str, Any]] = {
        "svg": {"metadata": {"Date": None, "Creator": None, "Format": None, "Type": None}},
        "pdf": {
            "metadata": {
                "CreationDate": None,
                "Creator": None,
                "Producer": None,
                "Title": title or None,
                "Subject": description or None,
            }
        },
        "png": {"metadata": {"Software": None, **({"Title": title} if title.isascii() and title else {})}},
        "tiff": {"pil_kwargs": {"compression": "tiff_lzw"}},
    }
    buffer = io.BytesIO()
    with own_settings():
        figure.savefig(buffer, format=format, dpi=dpi, facecolor=figure.get_facecolor(), **options[format])
    content = buffer.getvalue()
    return _described(content.decode(), title, description).encode() if format == "svg" else content


def _described(svg: str, title: str, description: str) -> str:
    """Add title, description and fallback fonts to an SVG, and make it fit to stand among others in one page."""
    svg = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", svg).replace("'DejaVu Sans'", _FAMILIES)
    svg = svg.replace(f" font-family: {_FAMILIES};", "")
    # The rule for all elements would hold for the whole page that the picture is put into.
    svg, found = _STYLE.subn("", svg, count=1)
    style = f"{(found and 'stroke-linejoin: round; stroke-linecap: butt; ') or ''}font-family: {_FAMILIES}"
    if 'href="#' not in svg and "url(#" not in svg:
        svg = re.sub(r' id="(?:figure|patch|line2d|text|axes)_\d+"', "", svg)
        svg = re.sub(r' id="([^"]*)"', r' class="\1"', svg)
    head, opening, rest = svg.partition("<svg")
    attributes, closing, body = rest.partition(">")
    words = "".join(
        f"\n <{tag}>{escape(text)}</{tag}>" for tag, text in (("title", title), ("desc", description)) if text
    )
    return f'{head}{opening}{attributes} style="{style}" role="img"{closing}{words}{body}'
