"""The bubble plot of a meta-regression: studies on one moderator, the line of the model and its two bands."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..page.label_placement import Spot, place_names
from ..page.marks import circle, tint
from ..page.page import Page
from ..page.scene import Curve, Line, Polygon, Scene
from ..page.style import Style, style_for
from ..page.typeface import balanced
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .answer_words import NO_ANSWER, AnswerWords
from .bubble_data import BubbleData, bubble_data
from .bubble_words import BubbleWords, bubble_words
from .fit_points import plain_fit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...pool import PooledResult
    from ...pool.core import Array
    from ..page.scene import Point

__all__ = ["bubble"]

_LARGEST, _SHARE = 9.0, 0.025  # radius of the heaviest study's bubble: points, and in widths of the figure
_ROOM = 0.6  # how far a prediction interval may widen the axis, in spreads of studies and line
_HALF = 0.3  # half of the width of a level's bands, in widths of a level


def bubble(
    fit: PooledResult,
    *,
    moderator: str | None = None,
    answer: AnswerWords = NO_ANSWER,
    width_mm: float = 120.0,
    preset: str = "house",
) -> Figure:
    """Return a bubble plot of a meta-regression.

    Bubble areas are in the ratio of the weights. The line is what the model predicts, the darker band its confidence
    interval and the lighter one, between dashes, the prediction interval: the values of ``fit.predict``. Other
    moderators are held at their means, which a line under the figure says. A categorical moderator has a place for each
    level. Ratios stand on a logarithmic axis. A band that reaches beyond the axis is cut off there, which is said.

    Parameters
    ----------
    fit : PooledResult
        A meta-regression.
    moderator : str, optional
        The moderator to draw, where there are several.
    answer : AnswerWords
        Question, analysis and cautions, where the studies are those of a synthesis.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    InputError
        If it is no fit, or has no moderators; if it has several and none is named, or none of that name; or if the one
        named also enters through an interaction.

    References
    ----------
    Thompson SG, Higgins JPT (2002). How should meta-regression analyses be undertaken and interpreted? Statistics in
    Medicine 21, 1559–1573. doi:10.1002/sim.1187.

    Examples
    --------
    >>> import evidence as ev
    >>> fit = ev.pool([0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03], mods=[1, 2, 4, 3])
    >>> bubble(fit, width_mm=84).heading
    'Bubble plot: effect by x1, 4 studies'
    """
    from ..page.canvas import draw

    style, own = style_for(preset, width_mm), plain_fit(fit, what="bubble()")
    data = bubble_data(own, moderator)
    return draw(_scene(data, bubble_words(own, data, style.numbers), style, answer))


def _scene(data: BubbleData, words: BubbleWords, style: Style, answer: AnswerWords) -> Scene:
    page = Page(style=style, y=style.margin)
    few = words.few()
    header(page, answer.title, [few] if few else [])
    frame, level_lines = _frame(page, data, words)
    cut = _bands(page, frame, data)
    _line(page, frame, data)
    if words.null is not None and frame.y_axis.low <= words.null <= frame.y_axis.high:
        y = frame.y(words.null)
        page.back.append(Line(start=(frame.left, y), end=(frame.right, y), color=style.ink, width=0.6, role="null"))
    unlabelled = _bubbles(page, frame, data)
    draw_axes(page, frame)
    _levels(page, frame, level_lines)
    notes = [*words.notes(cut=cut, unlabelled=unlabelled), *answer.notes]
    title = answer.named(words.title)
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *([few] if few else []), *words.told(), *notes]),
    )


def _frame(page: Page, data: BubbleData, words: BubbleWords) -> tuple[Frame, list[tuple[str, ...]]]:
    """Return the chart, and the names of the levels in lines."""
    style = page.style
    height = 0.6 * (style.width - 2 * style.margin)
    radius = _radius(style)
    low, high = _ends(data)
    pad = (high - low) * (radius + 3) / (height - 2 * radius)
    upward = Span(low=low - pad, high=high + pad, title=words.name[:1].upper() + words.name[1:], ratio=words.ratio)
    places = tuple(range(len(data.levels)))
    if data.levels:
        across = Span(
            low=-0.5,
            high=len(places) - 0.5,
            title=data.moderator,
            ticks=tuple(map(float, places)),
            labels=("",) * len(places),
        )
    else:
        left, right = float(data.x.min()), float(data.x.max())
        room = (right - left) * 1.3 * radius / (style.width - 2 * style.margin - 4 * radius)
        across = Span(low=left - room, high=right + room, title=data.moderator)
    frame = make_frame(page, x=across, y=upward, height=height)
    width = (frame.right - frame.left) / max(1, len(places)) - 4
    names = [balanced(level, width, style.size) for level in data.levels]
    # The title stands under the longest name of a level.
    down = "\n" * (max(map(len, names), default=1) - 1)
    return replace(frame, x_axis=replace(frame.x_axis, title=f"{down}{data.moderator}")), names


def _ends(data: BubbleData) -> tuple[float, float]:
    """Return the lowest and the highest value shown: studies and line, and the bands as far as there is room."""
    own = np.concatenate([data.yi, data.estimate, data.ci_low, data.ci_high])
    own = own[np.isfinite(own)]
    low, high = float(own.min()), float(own.max())
    core = float(np.ptp(np.concatenate([data.yi, data.estimate])))
    # A band that is vast beside the studies would press them into a line.
    low = max(low, float(min(data.yi.min(), data.estimate.min())) - 1.5 * core)
    high = min(high, float(max(data.yi.max(), data.estimate.max())) + 1.5 * core)
    wide = np.concatenate([data.pi_low, data.pi_high])
    wide = wide[np.isfinite(wide)]
    if len(wide):
        low, high = (
            min(low, max(float(wide.min()), low - _ROOM * core)),
            max(high, min(float(wide.max()), high + _ROOM * core)),
        )
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        return low - 0.5, high + 0.5
    return low, high


def _radius(style: Style) -> float:
    return min(_LARGEST, _SHARE * style.width)


def _bands(page: Page, frame: Frame, data: BubbleData) -> bool:
    """Draw both bands; return whether one reaches beyond the axis."""
    style = page.style
    cut = False
    for role, lows, highs, share in (
        ("prediction-band", data.pi_low, data.pi_high, 0.09),
        ("confidence-band", data.ci_low, data.ci_high, 0.22),
    ):
        if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
            continue
        cut = cut or bool(lows.min() < frame.y_axis.low or highs.max() > frame.y_axis.high)
        dashed = role == "prediction-band"
        color, width = (style.prediction, 0.7) if dashed else (style.study, 0.4)
        for xs, low, high in _pieces(data, lows, highs):
            upper, lower = list(zip(xs, high, strict=True)), list(zip(xs, low, strict=True))
            page.back += frame.area([*upper, *reversed(lower)], fill=tint(style.study, share), role=role)
            for edge in (upper, lower):
                page.back += frame.curve(edge, color=color, width=width, role=f"{role}-edge", dashed=dashed)
    return cut


def _pieces(data: BubbleData, lows: Array, highs: Array) -> list[tuple[list[float], list[float], list[float]]]:
    """Return a band in pieces of x, low and high: one along a number, one for each level."""
    if not data.levels:
        return [(data.grid.tolist(), lows.tolist(), highs.tolist())]
    return [
        ([place - _HALF, place + _HALF], [low, low], [high, high])
        for place, low, high in zip(data.grid.tolist(), lows.tolist(), highs.tolist(), strict=True)
    ]


def _line(page: Page, frame: Frame, data: BubbleData) -> None:
    for xs, ys, _ in _pieces(data, data.estimate, data.estimate):
        points = list(zip(xs, ys, strict=True))
        page.back += frame.curve(points, color=page.style.ink, width=1.1, role="prediction")


def _bubbles(page: Page, frame: Frame, data: BubbleData) -> int:
    """Draw the studies, the heaviest at the back, with their names; return how many names had no room."""
    style = page.style
    radii = _radius(style) * np.sqrt(data.weights / data.weights.max())
    ys = [frame.y(value) for value in data.yi.tolist()]
    xs = _spread(data, radii.tolist(), frame, ys) if data.levels else [frame.x(value) for value in data.x.tolist()]
    order = sorted(range(len(ys)), key=lambda place: (-radii[place], place))
    spots = [Spot(x=xs[place], y=ys[place], radius=float(radii[place]), name=data.labels[place]) for place in order]
    for spot in spots:
        page.front.append(
            Polygon(points=circle(spot.x, spot.y, spot.radius + 0.5), fill=style.paper, role="bubble-edge")
        )
        page.front.append(Polygon(points=circle(spot.x, spot.y, spot.radius), fill=style.study, role="bubble"))
    return place_names(page, spots, frame.box, size=style.small, lines=_strokes(page))


def _strokes(page: Page) -> list[tuple[Point, Point]]:
    """Return the lines that names avoid: no effect, the model, the edges of its bands."""
    strokes: list[tuple[Point, Point]] = []
    for item in page.back:
        if isinstance(item, Curve):
            strokes += list(zip(item.points[:-1], item.points[1:], strict=True))
        elif isinstance(item, Line):
            strokes.append((item.start, item.end))
    return strokes


def _spread(data: BubbleData, radii: list[float], frame: Frame, ys: list[float]) -> list[float]:
    """Return where the bubbles of a level stand: at its middle, or beside it where another one is in the way."""
    xs = [0.0] * len(ys)
    room = 0.9 * _HALF * (frame.right - frame.left) / len(data.levels)
    offsets = sorted((step / 12 * room for step in range(-12, 13)), key=abs)
    for level in range(len(data.levels)):
        middle = frame.x(level)
        done: list[Spot] = []
        for y, place in sorted((y, place) for place, y in enumerate(ys) if data.x[place] == level):
            best = max(offsets, key=partial(_clearance, Spot(x=middle, y=y, radius=radii[place]), done))
            done.append(Spot(x=middle + best, y=y, radius=radii[place]))
            xs[place] = middle + best
    return xs


def _clearance(spot: Spot, others: list[Spot], offset: float) -> tuple[float, float]:
    """Return how good a place beside the middle is: by its distance to other bubbles, then to the middle."""
    gaps = [
        math.hypot(spot.x + offset - other.x, spot.y - other.y) - spot.radius - other.radius - 1 for other in others
    ]
    return min([0.0, *gaps]), -abs(offset)


def _levels(page: Page, frame: Frame, names: list[tuple[str, ...]]) -> None:
    """Write the levels' names under their places."""
    style = page.style
    for place, lines in enumerate(names):
        for number, line in enumerate(lines):
            baseline = frame.bottom + 4.5 + style.size + number * style.leading
            page.write(frame.x(place), baseline, line, "tick", align="center")
