"""The words of a funnel plot: banner, legends, notes and alternative text."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ...numbers import format_number
from ..page.label_placement import lost_text
from ..page.legend import Key
from ..page.marks import tint
from .fit_points import FEWEST_STUDIES, left_out_text, studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...diagnose.small_study import TrimAndFill
    from ..page.style import Style
    from .fit_points import FitPoints
    from .funnel_depth import Depth

__all__ = [
    "BEYOND",
    "CONTOURS",
    "added_studies",
    "funnel_description",
    "funnel_keys",
    "funnel_notes",
    "funnel_warnings",
    "shade_keys",
]

# Two-sided p against no effect, with the shade of what lies within the contour; from the outermost to the innermost.
CONTOURS = ((0.01, 0.20), (0.05, 0.34), (0.10, 0.0))
BEYOND = 0.09


def added_studies(filled: TrimAndFill) -> tuple[list[float], list[float]]:
    """Return effects and standard errors of the filled studies."""
    whole = filled.filled
    first = len(whole.yi) - filled.k0
    return [float(y) for y in whole.yi[first:]], [math.sqrt(float(v)) for v in whole.vi[first:]]


def funnel_warnings(points: FitPoints) -> list[str]:
    """Return what a reader must know before looking: that the studies are too few."""
    if points.k >= FEWEST_STUDIES:
        return []
    verb = "is" if points.k == 1 else "are"
    return [f"{points.count.capitalize()} {verb} too few to judge asymmetry; {FEWEST_STUDIES} are the least."]


def funnel_notes(points: FitPoints, filled: TrimAndFill | None, lost: int, *, null_inside: bool) -> list[str]:
    """Return what stands under the figure."""
    notes = []
    if not null_inside and points.null is not None:
        side = "below" if points.estimate > points.null else "above"
        notes.append(f"No effect ({points.null_text}) lies {side} the axis shown.")
    if filled is not None:
        if filled.k0:
            notes.append("Filled studies are not data; the estimate with them is a sensitivity analysis.")
        else:
            notes.append(f"Trim and fill ({filled.estimator}) finds no study missing on the {filled.side}.")
    if points.k == 1:
        notes.append("One study: nothing is pooled.")
    if points.left_out:
        notes.append(left_out_text(points.left_out))
    if lost:
        notes.append(lost_text(lost))
    return notes


def _filled_text(filled: TrimAndFill) -> str:
    """Name the filled studies, their number, its estimator and the side."""
    how = f"k₀ = {filled.k0}, estimator {filled.estimator}, {filled.side} side"
    return f"{studies(filled.k0)} filled by trim and fill ({how})"


def funnel_description(
    heading: str,
    points: FitPoints,
    depth: Depth,
    outside: Sequence[bool],
    filled: TrimAndFill | None,
    notes: Sequence[str],
) -> str:
    """Return the alternative text: every study and what was pooled, in the numbers of the figure."""
    parts = [f"{heading}."]
    if points.k > 1:
        parts.append(f"Pooled estimate {points.estimate_text()}.")
    on_log = " of its logarithm" if points.ratio else ""
    sizes = [f", participants {format_number(size, 0)}" for size in depth.sizes] or [""] * points.k
    listed = "; ".join(
        f"{label}: {points.text(effect)}, standard error{on_log} {points.error_text(error)}{size}"
        for label, effect, error, size in zip(points.labels, points.effects, points.errors, sizes, strict=True)
    )
    parts.append(f"{listed}.")
    if points.k > 1 and depth.kind != "n":
        apart = [label for label, beyond in zip(points.labels, outside, strict=True) if beyond]
        named = f": {', '.join(apart)}" if apart else ""
        parts.append(f"Outside the {points.level_text} limits lie {len(apart)} of {points.k}{named}.")
    if filled is not None and filled.k0:
        effects, errors = added_studies(filled)
        rows = "; ".join(
            f"{points.text(effect)}, error {points.error_text(error)}"
            for effect, error in zip(effects, errors, strict=True)
        )
        parts.append(f"{_filled_text(filled)}: {rows}. Estimate with them {_adjusted(points, filled)}.")
    return " ".join([*parts, *notes])


def _adjusted(points: FitPoints, filled: TrimAndFill, style: Style | None = None) -> str:
    low, high = filled.ci
    return replace(points, estimate=filled.estimate, ci_low=low, ci_high=high).estimate_text(style)


def funnel_keys(points: FitPoints, style: Style, depth: Depth, filled: TrimAndFill | None) -> list[Key]:
    """Return the legend of marks and lines."""
    keys = [Key(sign="dot", color=style.study, text="Study")]
    if points.k > 1:
        limits = "" if depth.kind == "n" else f"; its {points.level_text} limits without heterogeneity"
        text = f"Pooled estimate {points.estimate_text(style)}{limits}"
        keys.append(Key(sign="dashed", color=style.diamond_line, text=text))
    if filled is not None and filled.k0:
        if depth.kind != "n":
            keys.append(Key(sign="ring", color=style.prediction, text=_filled_text(filled)))
        them = _filled_text(filled) if depth.kind == "n" else "them"
        text = f"Estimate with {them} {_adjusted(points, filled, style)}"
        keys.append(Key(sign="line", color=style.prediction, text=text, width=1.2))
    return keys


def shade_keys(style: Style) -> list[Key]:
    """Return the legend of the shades."""
    names = ("p > 0.10", "0.05 to 0.10", "0.01 to 0.05", "p < 0.01")
    shares = (0.0, CONTOURS[1][1], CONTOURS[0][1], BEYOND)
    return [
        Key(sign="swatch", color=tint(style.muted, share, style.paper), text=name)
        for name, share in zip(names, shares, strict=True)
    ]
