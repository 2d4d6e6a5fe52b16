"""The radial (Galbraith) plot: z values against precision, effects as slopes, read off on an arc at the right."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scipy.special import ndtri

from ...numbers import format_number
from ...vocabulary import check_option
from ..page.axis import round_ticks
from ..page.clip import clip_curve
from ..page.label_placement import Spot, lost_text, place_names
from ..page.legend import Key, legend
from ..page.marks import circle, diamond, tint
from ..page.page import Page
from ..page.scene import Curve, Line, Polygon, Scene, Text
from ..page.style import Style, style_for
from ..page.typeface import text_width
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .fit_points import FitPoints, fit_points, left_out_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.canvas import DescribedFigure
    from ..page.scene import Point

__all__ = ["radial", "radial_scene"]

_NAMES = ("outside", "all", "none")
_DOT = 2.3
_BEFORE_ARC = 11.0  # points of clear room between the farthest study and the arc
_TICK = 3.0
_STEPS = 80


def radial(
    fit: Any,
    *,
    names: str = "outside",
    title: str | None = None,
    width_mm: float = 120.0,
    preset: str = "house",
) -> DescribedFigure:
    r"""Return a radial plot.

    A study stands at :math:`1/\sqrt{v_i + τ²}` and :math:`y_i/\sqrt{v_i + τ²}`: the line from the origin through it
    has its effect as slope; τ² is 0 in an equal-effects model. The solid line has the pooled effect as slope; of
    studies that agree with it, the confidence level of the fit says how many lie within the band. The arc reads the
    effects: from the origin through a study straight on to the arc. The thick part of the arc is the confidence
    interval of the pooled effect.

    Parameters
    ----------
    fit : PooledResult, SynthesisResult, SubgroupResult or CountsResult
        A fit without moderators.
    names : {"outside", "all", "none"}
        Which studies to name: those outside the band, all, or none. A name without room is left out.
    title : str, optional
        A title above the figure.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The look.

    Raises
    ------
    NotPooledError
        If nothing was pooled, or the fit has moderators, and so no single effect.

    Notes
    -----
    The points are those of `evidence.radial` and of metafor's ``radial()``.

    References
    ----------
    Galbraith RF (1988). A note on graphical presentation of estimated odds ratios from several clinical trials.
    doi:10.1002/sim.4780070807.

    Examples
    --------
    >>> import evidence as ev
    >>> radial(ev.pool([0.1, 0.3, 0.5], [0.02, 0.05, 0.09]), width_mm=84).heading
    'Radial plot: effect, 3 studies'
    """
    from ..page.canvas import draw

    check_option("names", names, _NAMES)
    return draw(radial_scene(fit_points(fit, what="radial()"), style_for(preset, width_mm), names=names, title=title))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arc:
    """The arc on the page: its centre is the plot's origin."""

    centre: Point
    radius: float
    x_unit: float
    y_unit: float

    def angle(self, effect: float) -> float:
        """Return the direction in which an effect is read, upwards from the horizontal."""
        return math.atan(self.y_unit * effect / self.x_unit)

    def effect(self, angle: float) -> float:
        """Return the effect that is read in a direction."""
        return math.tan(angle) * self.x_unit / self.y_unit

    def at(self, effect: float, distance: float = 0.0) -> Point:
        """Return the place of an effect on the arc, or so far outside it."""
        angle, radius = self.angle(effect), self.radius + distance
        return self.centre[0] + radius * math.cos(angle), self.centre[1] - radius * math.sin(angle)


def radial_scene(points: FitPoints, style: Style, *, names: str = "outside", title: str | None = None) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    page = Page(style=style, y=style.margin)
    header(page, title or points.answer.title)
    sd = [math.sqrt(error**2 + points.tau2) for error in points.errors]
    places = [(1 / one, effect / one) for effect, one in zip(points.effects, sd, strict=True)]
    z = float(ndtri((1 + points.level) / 2))
    frame, arc = _layout(page, points, places, z)
    page.back += _band(frame, arc, points, z, style)
    axis_line = Line(
        start=frame.at(0.0, 0.0), end=(frame.right, frame.y(0.0)), color=style.faint, width=0.6, role="zero"
    )
    page.back.append(axis_line)
    lines = _slope(page, frame, arc, points)
    taken = _draw_arc(page, frame, arc, points)
    outside = [abs(y - points.estimate * x) > z for x, y in places]
    wanted = outside if names == "outside" and points.k > 1 else [names == "all"] * points.k
    spots = []
    for label, place, name in zip(points.labels, places, wanted, strict=True):
        x, y = frame.at(*place)
        page.front.append(Polygon(points=circle(x, y, _DOT + 0.5), fill=style.paper, role="study-edge"))
        page.front.append(Polygon(points=circle(x, y, _DOT), fill=style.study, role="study"))
        spots.append(Spot(x=x, y=y, radius=_DOT + 0.5, name=label if name else ""))
    spots.sort(key=lambda spot: -spot.x)
    box = (frame.left + 1.5, frame.top, frame.right, frame.bottom - 1.0)
    lost = place_names(page, spots, box, size=style.small, lines=lines, taken=taken)
    draw_axes(page, frame)
    legend(page, _keys(points, style))
    notes = [*_notes(points, lost), *points.answer.notes]
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    heading = points.answer.named(f"Radial plot: {points.name}, {points.count}")
    return page.scene(
        title=" ".join(title.split()) if title else heading,
        description=_description(heading, points, places, outside, notes),
    )


# ---------------------------------------------------------------- where things are


def _layout(page: Page, points: FitPoints, places: Sequence[Point], z: float) -> tuple[Frame, _Arc]:
    """Return frame and arc: no study lies beyond the arc, and the arc and its texts lie on the page."""
    style = page.style
    farthest = max(x for x, _ in places)
    edges = [sign * z + shift * points.estimate for sign in (-1, 1) for shift in (0.0, farthest)]
    values = [*(y for _, y in places), *edges]
    low, high = 1.08 * min(values), 1.08 * max(values)
    height = 0.6 * (style.width - 2 * style.margin)
    # A first frame only to know where its left side is: that depends on the texts of the vertical axis alone.
    upright = Span(low=low, high=high, title=_z_title(points))
    across = _x_title(points)
    left = make_frame(page, x=Span(low=0.0, high=1.0, title=across), y=upright, height=height).left
    texts = max(text_width(points.text(effect), style.size) for effect in (*points.effects, points.estimate))
    radius = style.width - style.margin - left - texts - _TICK - 5.0
    y_unit = height / (high - low)
    x_unit = min(
        math.sqrt(max((radius - _BEFORE_ARC) ** 2 - (y_unit * y) ** 2, (0.2 * radius) ** 2)) / x for x, y in places
    )
    end = min(1.04 * farthest, (radius - 0.5 * _BEFORE_ARC) / x_unit)
    plot = left + end * x_unit
    frame = make_frame(
        page,
        x=Span(low=0.0, high=end, title=across),
        y=upright,
        height=height,
        room=style.width - style.margin - 4.0 - plot,
    )
    return frame, _Arc(centre=frame.at(0.0, 0.0), radius=radius, x_unit=x_unit, y_unit=y_unit)


def _z_title(points: FitPoints) -> str:
    return "z: effect / √(v + τ²)" if points.tau2 > 0 else "z: effect / standard error"


def _x_title(points: FitPoints) -> str:
    return "Precision: 1 / √(v + τ²)" if points.tau2 > 0 else "Precision: 1 / standard error"


# ---------------------------------------------------------------- the plot


def _band(frame: Frame, arc: _Arc, points: FitPoints, z: float, style: Style) -> list[Polygon]:
    """Return the band around the line, as far as the studies go and not beyond the arc."""
    if points.k < 2:
        return []
    offsets = [z * (1 - 2 * step / 20) for step in range(21)]
    ends = [min(frame.x_axis.high, _to_arc(arc, points.estimate, offset)) for offset in offsets]
    right = [(end, offset + points.estimate * end) for end, offset in zip(ends, offsets, strict=True)]
    corners = [(0.0, z), *right, (0.0, -z)]
    return frame.area(corners, fill=tint(style.muted, 0.14, style.paper), role="band")


def _to_arc(arc: _Arc, slope: float, offset: float) -> float:
    """Return the precision at which a line reaches the arc's inner side."""
    rise, start = arc.y_unit * slope, arc.y_unit * offset
    square = arc.x_unit**2 + rise**2
    inside = (rise * start) ** 2 - square * (start**2 - (arc.radius - 0.5 * _BEFORE_ARC) ** 2)
    return max(0.0, (-rise * start + math.sqrt(max(inside, 0.0))) / square)


def _slope(page: Page, frame: Frame, arc: _Arc, points: FitPoints) -> list[tuple[Point, Point]]:
    """Draw the line of the pooled effect, from the origin to the arc where that is in sight."""
    style = page.style
    if points.k < 2:
        return []
    box = (frame.left, frame.top, style.width, frame.bottom)
    found = []
    for part in clip_curve([arc.centre, arc.at(points.estimate)], box):
        page.back.append(Curve(points=part, color=style.diamond_line, width=1.1, role="pooled"))
        found += list(pairwise(part))
    return found


def _draw_arc(page: Page, frame: Frame, arc: _Arc, points: FitPoints) -> list[tuple[float, float, float, float]]:
    """Draw the arc of effects with round ticks; return where its texts are."""
    style = page.style
    top, bottom = (_reach(arc, frame, side) for side in (frame.top, frame.bottom))
    low, high = _arc_ends(points, arc.effect(bottom), arc.effect(top))
    if low < high:
        page.front += _arc_curve(arc, low, high, 0.0, color=style.rule, width=0.7, role="arc")
    taken = [
        (x - 4.0, y - 2.5, x + 2.0, y + 2.5)
        for x, y in (arc.at(low + (high - low) * step / _STEPS) for step in range(_STEPS + 1))
    ]
    for value, label in _arc_ticks(arc, points, low, high, style):
        start, end = arc.at(value), arc.at(value, _TICK)
        page.front.append(Line(start=start, end=end, color=style.rule, width=0.7, role="arc-tick"))
        x, y = arc.at(value, _TICK + 2.0)
        text = Text(x=x, baseline=y + 0.36 * style.size, text=label, size=style.size, color=style.ink, role="arc-label")
        page.front.append(text)
        taken.append(text.box)
    if points.k > 1:
        inside = [min(max(limit, low), high) for limit in (points.ci_low, points.ci_high)]
        if inside[0] < inside[1]:
            page.front += _arc_curve(
                arc, inside[0], inside[1], -2.6, color=style.diamond_line, width=2.2, role="arc-interval"
            )
        if low <= points.estimate <= high:
            x, y = arc.at(points.estimate, -2.6)
            page.front.append(Polygon(points=diamond(x, y, 3.2), fill=style.diamond_line, role="arc-estimate"))
    return taken


def _reach(arc: _Arc, frame: Frame, side: float) -> float:
    """Return the direction in which the arc leaves the plot through its upper or lower side."""
    return math.asin(max(-1.0, min(1.0, (arc.centre[1] - side) / arc.radius)))


def _arc_ends(points: FitPoints, low: float, high: float) -> tuple[float, float]:
    """Return the effects at the ends of the arc: those of the studies, as far as they are in sight."""
    effects = [*points.effects, points.estimate]
    pad = 0.03 * ((max(effects) - min(effects)) or abs(effects[0]) or 1.0)
    return max(low, min(effects) - pad), min(high, max(effects) + pad)


def _arc_ticks(arc: _Arc, points: FitPoints, low: float, high: float, style: Style) -> list[tuple[float, str]]:
    """Return round effects on the arc whose texts stand clear of each other."""
    if not low < high:
        return []

    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        heights = [arc.at(low + position * (high - low))[1] for position in positions]
        return all(one - two > 1.5 * style.size for one, two in pairwise(heights))

    values, labels = round_ticks(low, high, ratio=points.ratio, null=points.null or 0.0, fits=fits)
    if not values:
        return [(points.estimate, points.text(points.estimate))] if low <= points.estimate <= high else []
    return [(math.log(value) if points.ratio else value, label) for value, label in zip(values, labels, strict=True)]


def _arc_curve(
    arc: _Arc, low: float, high: float, distance: float, *, color: str, width: float, role: str
) -> list[Curve]:
    first, last = arc.angle(low), arc.angle(high)
    moved = replace(arc, radius=arc.radius + distance)
    angles = [first + (last - first) * step / _STEPS for step in range(_STEPS + 1)]
    points = tuple(
        (arc.centre[0] + moved.radius * math.cos(angle), arc.centre[1] - moved.radius * math.sin(angle))
        for angle in angles
    )
    return [Curve(points=points, color=color, width=width, role=role)]


# ---------------------------------------------------------------- words


def _keys(points: FitPoints, style: Style) -> list[Key]:
    keys = [Key(sign="dot", color=style.study, text="Study")]
    if points.k > 1:
        keys += [
            Key(sign="line", color=style.diamond_line, text=f"Pooled estimate {points.estimate_text(style)}"),
            Key(
                sign="swatch",
                color=tint(style.muted, 0.14, style.paper),
                text=f"Within {format_number(float(ndtri((1 + points.level) / 2)))} of the line ({points.level_text})",
            ),
        ]
    return keys


def _notes(points: FitPoints, lost: int) -> list[str]:
    notes = [f"Arc: {points.name}, read along the line from the origin through a study."]
    if points.k == 1:
        notes.append("One study: nothing is pooled.")
    if points.left_out:
        notes.append(left_out_text(points.left_out))
    if lost:
        notes.append(lost_text(lost))
    return notes


def _description(
    heading: str, points: FitPoints, places: Sequence[Point], outside: Sequence[bool], notes: Sequence[str]
) -> str:
    parts = [f"{heading}."]
    if points.k > 1:
        parts.append(f"Pooled estimate {points.estimate_text()}, the slope of the line through the origin.")
    parts.append(
        "; ".join(
            f"{label}: {points.text(effect)}, z {format_number(z)} at precision {format_number(x)}"
            for label, effect, (x, z) in zip(points.labels, points.effects, places, strict=True)
        )
        + "."
    )
    if points.k > 1:
        apart = [label for label, beyond in zip(points.labels, outside, strict=True) if beyond]
        named = f": {', '.join(apart)}" if apart else ""
        parts.append(f"Outside the band lie {len(apart)} of {points.k}{named}.")
    return " ".join([*parts, *notes])
