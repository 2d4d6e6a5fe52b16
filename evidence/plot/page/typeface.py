"""Text as the page will show it: widths in points, line breaks, and the font families that have its letters.

The one typeface is DejaVu Sans, which comes with matplotlib, so that a figure is the same on every machine. Letters
that it lacks (Chinese, Japanese, Korean, some Indic scripts) come from the first installed family of a fixed list.
Widths are sums of unhinted advances, without kerning.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FAMILY",
    "balanced",
    "bound",
    "clean",
    "families",
    "longest_piece",
    "longest_word",
    "text_width",
    "wrap",
]

FAMILY = "DejaVu Sans"
# TrueType outlines only: a PDF with type 42 fonts cannot carry the others. In a fixed order, so that one machine always
# gives the same figure.
_FALLBACKS = (
    "Arial Unicode MS",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
)
_BREAK = re.compile(r"[ \t\r\n]+")
_EQUATION = re.compile(r" ([=<>≈≤≥]) ")
_HYPHEN = re.compile(r"(?<=\w\w\w-)(?=\w\w\w)")
_SIGN = re.compile(r"(?<=[/+])(?=[^/+\s])")
_NONE = "\ufffe\uffff"  # code points that are no characters, and not allowed in XML
_ROUNDING = 1e-6  # points; a column made for a text must hold it, whatever its sums rounded to
_PROBE = 1000.0  # type size of the measurements; large, so that rounding to 1/64 point is nothing


@lru_cache(maxsize=64)
def _letters(family: str) -> frozenset[int]:
    """Code points that `family` has; empty if it is not installed."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

    if not any(entry.name == family for entry in fontManager.ttflist):
        return frozenset()
    return frozenset(get_font(findfont(FontProperties(family=[family]))).get_charmap())


@lru_cache(maxsize=4096)
def _family_of(letter: str) -> str:
    """Name the family that shows `letter`; empty if no installed one does."""
    for family in (FAMILY, *_FALLBACKS):
        if ord(letter) in _letters(family):
            return family
    return ""


@lru_cache(maxsize=8192)
def _advance(letter: str, bold: bool, italic: bool) -> float:
    """Width of one letter, in ems."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    family = _family_of(letter)
    if not family:
        # The size of the box that stands for a letter nobody has, and of the letter itself in a browser that has it.
        return 1.3 if unicodedata.category(letter) not in {"Mn", "Me", "Cf"} else 0.0
    style: tuple[str, str] = ("italic" if italic else "normal", "bold" if bold else "normal")
    font = FontProperties(family=[family], style=style[0], weight=style[1], size=_PROBE)  # type: ignore[arg-type]
    width, _, _ = text_to_path.get_text_width_height_descent(letter, font, False)
    return float(width) / _PROBE


@lru_cache(maxsize=16384)
def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Return the width of one line of text, in points.

    Parameters
    ----------
    text : str
        A single line.
    size : float
        Type size in points.
    bold, italic : bool
        Which cut of the typeface.

    Examples
    --------
    >>> text_width("1", 8) == text_width("8", 8)  # figures are tabular
    True
    >>> text_width("microneedling", 8, bold=True) > text_width("microneedling", 8)
    True
    """
    return size * sum(_advance(letter, bold, italic) for letter in text)


@lru_cache(maxsize=1024)
def families(text: str) -> tuple[str, ...]:
    """Return the families that show `text`, DejaVu Sans first.

    Examples
    --------
    >>> families("Dhurat 2013 — τ² ≥ 0")
    ('DejaVu Sans',)
    """
    others = {_family_of(letter) for letter in text} - {"", FAMILY}
    return (FAMILY, *(family for family in _FALLBACKS if family in others))


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in {"W", "F"}


def clean(text: str) -> str:
    r"""Drop control characters, lone surrogates and what is no character, which no file format can carry.

    Examples
    --------
    >>> clean("Bao\x00 2020")
    'Bao 2020'
    """
    unfit = {"Cc", "Cs"}
    return "".join(c for c in text if c in " \t\r\n" or (unicodedata.category(c) not in unfit and c not in _NONE))


def _pieces(word: str) -> list[str]:
    """Split a word where a line may end inside it: after a hyphen, and around ideographs."""
    pieces: list[str] = []
    for part in _HYPHEN.split(word):
        joined = False
        for letter in part:
            if joined and not (_is_wide(letter) or _is_wide(pieces[-1][-1])):
                pieces[-1] += letter
            else:
                pieces.append(letter)
            joined = True
    return pieces


def bound(text: str) -> str:
    """Return `text` with no-break spaces around equality signs and after plus signs.

    Examples
    --------
    >>> bound("p = 0.04; needling + minoxidil") == "p\u00a0=\u00a00.04; needling +\u00a0minoxidil"
    True
    """
    return _EQUATION.sub("\u00a0\\1\u00a0", text).replace(" + ", " +\u00a0")


def _broken(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Cut a word that is wider than the line: after a slash or a plus sign if that will do, and else anywhere."""
    parts = [""]
    for piece in _SIGN.split(word):
        if fits(parts[-1] + piece):
            parts[-1] += piece
        elif fits(piece):
            parts.append(piece)
        else:
            for letter in piece:
                if parts[-1] and not fits(parts[-1] + letter):
                    parts.append(letter)
                else:
                    parts[-1] += letter
    return parts


def longest_piece(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of the widest part of `text` that `wrap` breaks nowhere but between letters.

    Examples
    --------
    >>> longest_piece("Microneedling/minoxidil", 8) == text_width("Microneedling/", 8)
    True
    """
    words = (piece for word in _BREAK.split(clean(text)) for piece in (_pieces(word) or [""]))
    return max(text_width(part, size, bold=bold) for word in words for part in _SIGN.split(word))


def longest_word(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of the widest part of `text` that `wrap` would not break.

    Examples
    --------
    >>> longest_word("Microneedling + minoxidil", 8) == text_width("Microneedling", 8)
    True
    """
    words = _BREAK.split(clean(text))
    return max(text_width(piece, size, bold=bold) for word in words for piece in (_pieces(word) or [""]))


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float, *, bold: bool = False, italic: bool = False) -> tuple[str, ...]:
    r"""Return `text` in lines no wider than `width` points.

    Lines end at spaces, after hyphens, around ideographs, at line feeds in the text, and inside a word only where the
    word alone is wider than the line: after a slash or a plus sign where that is enough. No-break spaces hold.

    Parameters
    ----------
    text : str
        The text; line feeds are kept as line ends.
    width : float
        Width of the column in points; at least one letter stands on a line, however narrow it is.
    size : float
        Type size in points.
    bold, italic : bool
        Which cut of the typeface.

    Examples
    --------
    >>> wrap("Microneedling + minoxidil", 70, 8)
    ('Microneedling +', 'minoxidil')
    >>> wrap("one\ntwo", 100, 8)
    ('one', 'two')
    """

    def fits(line: str) -> bool:
        return text_width(line, size, bold=bold, italic=italic) <= width + _ROUNDING

    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for word in _BREAK.split(paragraph.strip(" \t\r")):
            joint = " " if line else ""
            for piece in _pieces(word):
                if fits(line + joint + piece):
                    line += joint + piece
                else:
                    if line:
                        lines.append(line)
                    *full, line = _broken(piece, fits)
                    lines.extend(full)
                joint = ""
        lines.append(line)
    return tuple(lines)


def balanced(text: str, width: float, size: float, *, bold: bool = False, italic: bool = False) -> tuple[str, ...]:
    """Return `text` in as few lines as `wrap` makes, of lengths as even as possible.

    Examples
    --------
    >>> balanced("Favours microneedling + minoxidil", 120, 8)
    ('Favours microneedling', '+ minoxidil')
    """
    lines = wrap(text, width, size, bold=bold, italic=italic)
    low, high = longest_word(text, size, bold=bold), width
    while high - low > 1.0 and len(lines) > 1:
        middle = (low + high) / 2
        narrower = wrap(text, middle, size, bold=bold, italic=italic)
        if len(narrower) == len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return lines
