"""The presets' inks, type sizes and distances, all in points unless the name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from ...errors import InputError
from ...vocabulary import check_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...number_style import StyleName

__all__ = ["MINIMUM_WIDTH_MM", "MM", "PresetName", "Style", "numbers_of", "style_for"]

MM = 72 / 25.4
MINIMUM_WIDTH_MM = 80.0
_MAXIMUM_WIDTH_MM = 2000.0  # more than any poster
PresetName = Literal["house", "revman5", "jama", "bmj", "cochrane"]
_DENSE = ("revman5", "bmj", "cochrane")  # many columns side by side: small type and gaps
# What differs from the house's look. Every pair of inks that could be mixed up also differs in shape or place.
_LOOKS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "house": {},
        "revman5": {
            "numbers": "revman",
            "study": "#1f45c8",
            "study_of_means": "#2c8a3c",
            "diamond": "#000000",
            "diamond_line": "#000000",
            "prediction": "#555b63",
        },
        "jama": {
            "numbers": "ama",
            "study": "#1c2f6b",
            "diamond": "#a9cdee",
            "diamond_line": "#1c2f6b",
            "prediction": "#b4511f",
        },
        "bmj": {
            "numbers": "bmj",
            "study": "#6b58a6",
            "diamond": "#6b58a6",
            "diamond_line": "#6b58a6",
            "prediction": "#b4511f",
            "edge": "#ffffff",
        },
        "cochrane": {
            "numbers": "revman",
            "study": "#0072b2",
            "diamond": "#16191d",
            "diamond_line": "#16191d",
            "prediction": "#c04a00",
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a preset looks like at one figure width.

    Attributes
    ----------
    width : float
        The figure's width.
    size, small : float
        Type sizes of the table and of what stands under it.
    pitch, leading : float
        Height of a row of one line; distance between the lines of a wrapped text.
    gap : float
        Clear space between two columns.
    margin : float
        Clear space around the figure.
    indent : float
        Indentation of a study under its subgroup.
    square : float
        Side of the square of the heaviest study.
    arrow : float
        Length of the arrowhead of a clipped interval.
    ink, muted, rule, faint, study, prediction, paper : str
        Colours: text, secondary text, strong and faint lines, studies, prediction intervals, background.
    diamond, diamond_line : str
        Colours of pooled estimates: inside and outline.
    study_of_means : str
        Colour of studies that compare means, where a preset tells them from those that compare counts; else empty.
    edge : str
        Colour of a clear edge around squares; empty for none.
    preset : str
        The preset's name.
    numbers : str
        How it writes numbers, as `evidence.number_style.number_style` takes it.
    """

    width: float
    size: float
    small: float
    pitch: float
    leading: float
    gap: float
    margin: float = 4.0
    indent: float = 7.0
    square: float = 8.0
    arrow: float = 4.4
    ink: str = "#1b1f24"
    muted: str = "#5a636e"
    rule: str = "#1b1f24"
    faint: str = "#c3cad3"
    study: str = "#2468ad"
    prediction: str = "#c02f2b"
    paper: str = "#ffffff"
    diamond: str = "#2468ad"
    diamond_line: str = "#2468ad"
    study_of_means: str = ""
    edge: str = ""
    preset: PresetName = "house"
    numbers: StyleName = "house"


def numbers_of(preset: str) -> StyleName:
    """Return how a preset writes numbers, as `evidence.number_style.number_style` takes it.

    Raises
    ------
    OptionError
        If there is no such preset.

    Examples
    --------
    >>> numbers_of("jama"), numbers_of("house")
    ('ama', 'house')
    """
    check_option("preset", preset, get_args(PresetName))
    return cast("StyleName", _LOOKS[preset].get("numbers", "house"))


def style_for(preset: str, width_mm: float) -> Style:
    """Return the style of `preset` for a figure `width_mm` wide.

    Parameters
    ----------
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The preset's name: this package's own look, or that of RevMan 5, JAMA, BMJ or Cochrane's RevMan Web.
    width_mm : float
        The figure's width; journals ask for 84 (one column), 120 or 174 mm (two columns).

    Raises
    ------
    OptionError
        If there is no such preset.
    InputError
        If the width is no number, under 80 mm, where a table and a plot cannot stand side by side, or over 2 m.

    Examples
    --------
    >>> style_for("house", 84).size, style_for("house", 174).size
    (7.0, 7.5)
    >>> style_for("bmj", 174).study, style_for("bmj", 174).numbers
    ('#6b58a6', 'bmj')
    """
    check_option("preset", preset, get_args(PresetName))
    look: Any = _LOOKS[preset]
    given: Any = width_mm
    if isinstance(given, bool) or not isinstance(given, Real):
        raise InputError(f"width_mm={width_mm!r} is not a number; give at least 80, as 84, 120 or 174")
    if not MINIMUM_WIDTH_MM <= width_mm <= _MAXIMUM_WIDTH_MM:
        fault, limit = ("wide", "most") if width_mm > _MAXIMUM_WIDTH_MM else ("narrow", "least")
        bound = _MAXIMUM_WIDTH_MM if limit == "most" else MINIMUM_WIDTH_MM
        raise InputError(
            f"width_mm={width_mm} is too {fault} for a figure; give at {limit} {bound:g}, as 84, 120 or 174"
        )
    narrow, dense = width_mm < 110, preset in _DENSE
    size = 7.0 if narrow or dense else 7.5
    return Style(
        width=width_mm * MM,
        size=size,
        small=7.0,
        pitch=12.0 if narrow or dense else 12.8,
        leading=1.26 * size,
        gap=7.0 if narrow or dense else 8.0 if width_mm < 150 else 10.0,
        preset=cast("PresetName", preset),
        **look,
    )
