"""The house preset: inks, type sizes and distances, all in points unless the name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ..errors import InputError
from ..vocabulary import check_option

__all__ = ["MINIMUM_WIDTH_MM", "MM", "PresetName", "Style", "style_for"]

MM = 72 / 25.4
MINIMUM_WIDTH_MM = 80.0
PresetName = Literal["house"]


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


def style_for(preset: str, width_mm: float) -> Style:
    """Return the style of `preset` for a figure `width_mm` wide.

    Parameters
    ----------
    preset : {"house"}
        The preset's name.
    width_mm : float
        The figure's width; journals ask for 84 (one column), 120 or 174 mm (two columns).

    Raises
    ------
    OptionError
        If there is no such preset.
    InputError
        If the width is under 80 mm, where a table and a plot cannot stand side by side.

    Examples
    --------
    >>> style_for("house", 84).size, style_for("house", 174).size
    (7.0, 7.5)
    """
    check_option("preset", preset, get_args(PresetName))
    if not MINIMUM_WIDTH_MM <= width_mm < float("inf"):
        raise InputError(
            f"width_mm={width_mm} is too narrow for a forest plot; "
            f"give at least {MINIMUM_WIDTH_MM:g}, as 84, 120 or 174"
        )
    narrow = width_mm < 110
    size = 7.0 if narrow else 7.5
    return Style(
        width=width_mm * MM,
        size=size,
        small=7.0,
        pitch=12.0 if narrow else 12.8,
        leading=1.26 * size,
        gap=7.0 if narrow else 8.0 if width_mm < 150 else 10.0,
    )
