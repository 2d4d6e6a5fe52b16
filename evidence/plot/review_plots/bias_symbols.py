"""Judgements of bias as shapes: a disc whose lightness and sign tell them apart, with colour or without.

The signs are those of the tables: ``+`` low, ``~`` some concerns or moderate, ``−`` high or serious, ``!`` critical,
``?`` no information, ``/`` assessors who do not agree. What nobody assessed is a broken ring with nothing in it, so
that it looks like no judgement at all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...curate.bias.words import shown, told
from ..page.scene import Polygon

if TYPE_CHECKING:
    from ..page.scene import Item, Point

__all__ = ["JUDGEMENTS", "NOT_ASSESSED", "bias_bar", "bias_ink", "bias_mark", "bias_word", "counted_as"]

NOT_ASSESSED = ""
_LIGHT, _DARK, _PAPER = "#ffffff", "#1b1f24", "#ffffff"
# Ground and sign. Lightness differs by ten of 100 or more between any two, so that a grey copy tells them apart.
_INKS = {
    NOT_ASSESSED: (_PAPER, "#77808b"),
    "not-agreed": (_PAPER, _DARK),
    "no-information": ("#dde2e8", _DARK),
    "low": ("#2f9e8f", _DARK),
    "some-concerns": ("#ebb23a", _DARK),
    "moderate": ("#ebb23a", _DARK),
    "high": ("#b0232f", _LIGHT),
    "serious": ("#b0232f", _LIGHT),
    "critical": ("#3d0a24", _LIGHT),
}
JUDGEMENTS = ("low", "some-concerns", "moderate", "high", "serious", "critical", "no-information", "not-agreed", "")
_TURN = 2 * math.pi
_RING = 0.15  # width of a ring, in radii


def counted_as(judgement: str | None, tool: str = "") -> str:
    """Return the judgement that is drawn: RoB 2 has no `no information`, there it means that nobody assessed it.

    Parameters
    ----------
    judgement : str or None
        As in the table of judgements; empty or None where nobody judged.
    tool : str
        The tool, as ``RoB2``; empty where the judgement is to be taken as it is.

    Examples
    --------
    >>> counted_as("no-information", "RoB2"), counted_as("no-information", "ROBINS-I"), counted_as("high", "RoB2")
    ('', 'no-information', 'high')
    """
    if told(judgement, tool) == shown(None):
        return NOT_ASSESSED
    return judgement or NOT_ASSESSED


def bias_word(judgement: str | None) -> str:
    """Return a judgement in words.

    Examples
    --------
    >>> bias_word("some-concerns"), bias_word("")
    ('some concerns', 'not assessed')
    """
    return shown(judgement)


def bias_ink(judgement: str | None) -> tuple[str, str]:
    """Return the colours of a judgement: its ground, and what stands on it.

    A judgement that is not known looks like one that assessors do not agree on, never like low.
    """
    return _INKS.get(judgement or NOT_ASSESSED, _INKS["not-agreed"])


def bias_mark(judgement: str | None, x: float, y: float, size: float) -> tuple[Item, ...]:
    """Return the symbol of a judgement.

    Parameters
    ----------
    judgement : str or None
        As ``some-concerns``; empty or None where nobody judged.
    x, y : float
        Its centre on the page.
    size : float
        Its diameter in points; from 6 on the signs can be read.

    Returns
    -------
    tuple of Polygon
        The disc and then its sign, all within `size` of each other.

    Examples
    --------
    >>> [item.role for item in bias_mark("high", 10, 10, 8)]
    ['bias-high', 'bias-sign']
    """
    kind = judgement or NOT_ASSESSED
    ground, ink = bias_ink(kind)
    radius = size / 2
    role = f"bias-{kind or 'not-assessed'}"
    if kind == NOT_ASSESSED:
        return tuple(
            Polygon(points=_arc(x, y, radius, turn / 8 * _TURN, (turn + 0.55) / 8 * _TURN), fill=ink, role=role)
            for turn in range(8)
        )
    disc = Polygon(points=_circle(x, y, radius), fill=ground, role=role)
    signs = tuple(
        Polygon(points=tuple((x + radius * across, y + radius * down) for across, down in shape), fill=ink, role=part)
        for shape, part in _sign(kind)
    )
    return (disc, *signs)


def bias_bar(judgement: str | None, left: float, top: float, right: float, bottom: float) -> tuple[Item, ...]:
    """Return a part of a bar in the ground of a judgement; what nobody assessed is hatched.

    Examples
    --------
    >>> len(bias_bar("low", 0, 0, 30, 10)), len(bias_bar("", 0, 0, 30, 10)) > 3
    (1, True)
    """
    kind = judgement or NOT_ASSESSED
    ground, ink = bias_ink(kind)
    role = f"bias-bar-{kind or 'not-assessed'}"
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    bar = Polygon(points=corners, fill=ground, role=role)
    if ground != _PAPER:
        return (bar,)
    thin = min(0.5, (right - left) / 2, (bottom - top) / 2)
    frame = (
        ((left, top), (right, top), (right, top + thin), (left, top + thin)),
        ((left, bottom - thin), (right, bottom - thin), (right, bottom), (left, bottom)),
        ((left, top), (left + thin, top), (left + thin, bottom), (left, bottom)),
        ((right - thin, top), (right, top), (right, bottom), (right - thin, bottom)),
    )
    lines = (*frame, *_hatch(left, top, right, bottom, crossed=kind != NOT_ASSESSED))
    return (bar, *(Polygon(points=points, fill=ink, role="bias-hatch") for points in lines))


def _circle(x: float, y: float, radius: float, *, count: int = 40) -> tuple[Point, ...]:
    turns = [_TURN * position / count for position in range(count)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


def _arc(x: float, y: float, radius: float, start: float, end: float) -> tuple[Point, ...]:
    """Return a piece of a ring."""
    turns = [start + (end - start) * position / 6 for position in range(7)]
    outer = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    inner = [
        (x + (1 - _RING) * radius * math.cos(turn), y + (1 - _RING) * radius * math.sin(turn))
        for turn in reversed(turns)
    ]
    return (*outer, *inner)


def _sign(kind: str) -> list[tuple[list[Point], str]]:
    """Return the shapes that stand on the disc, in radii from its centre, with their roles."""
    if kind == "low":
        return [(_PLUS, "bias-sign")]
    if kind in {"some-concerns", "moderate"}:
        return [(_WAVE, "bias-sign")]
    if kind in {"high", "serious"}:
        return [(_box(-0.58, -0.13, 0.58, 0.13), "bias-sign")]
    if kind == "critical":
        return [
            ([(-0.15, -0.62), (0.15, -0.62), (0.1, 0.2), (-0.1, 0.2)], "bias-sign"),
            (list(_circle(0.0, 0.48, 0.15, count=12)), "bias-sign"),
        ]
    if kind == "no-information":
        return [(_QUESTION, "bias-sign"), (list(_circle(0.0, 0.52, 0.14, count=12)), "bias-sign")]
    # Assessors who do not agree, and whatever is not known here: a ring with a slash.
    ring = [*_circle(0.0, 0.0, 1.0), (1.0, 0.0), (1 - _RING, 0.0), *reversed(_circle(0.0, 0.0, 1 - _RING))]
    slash = [(-0.48, 0.34), (0.34, -0.48), (0.48, -0.34), (-0.34, 0.48)]
    return [(ring, "bias-ring"), (slash, "bias-sign")]


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _stroke(path: list[Point], width: float) -> list[Point]:
    """Return the outline of a line of some width through points."""
    left: list[Point] = []
    right: list[Point] = []
    for place, (x, y) in enumerate(path):
        before, after = path[max(0, place - 1)], path[min(len(path) - 1, place + 1)]
        across, down = after[0] - before[0], after[1] - before[1]
        length = math.hypot(across, down)
        dx, dy = -down / length * width / 2, across / length * width / 2
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return [*left, *reversed(right)]


def _hatch(left: float, top: float, right: float, bottom: float, *, crossed: bool) -> list[tuple[Point, ...]]:
    """Return diagonal lines within a box, in both directions if crossed."""
    height, step, half = bottom - top, 4.0, 0.25
    lines: list[tuple[Point, ...]] = []
    start = left - height
    while start < right:
        first, last = max(start, left), min(start + height, right)
        if last - first > 2 * half:
            ends = [(first, bottom - (first - start)), (last, bottom - (last - start))]
            lines.append(_diagonal(ends, half))
            if crossed:
                lines.append(_diagonal([(x, top + bottom - y) for x, y in ends], half))
        start += step
    return lines


def _diagonal(ends: list[Point], half: float) -> tuple[Point, ...]:
    """Return a thin diagonal whose ends stay within the box of `ends`."""
    (x1, y1), (x2, y2) = ends
    return ((x1, y1), (x1 + half, y1), (x2, y2), (x2 - half, y2))


_PLUS: list[Point] = [
    (-0.13, -0.58), (0.13, -0.58), (0.13, -0.13), (0.58, -0.13), (0.58, 0.13), (0.13, 0.13),
    (0.13, 0.58), (-0.13, 0.58), (-0.13, 0.13), (-0.58, 0.13), (-0.58, -0.13), (-0.13, -0.13),
]  # fmt: skip
_WAVE = _stroke([(0.58 * t / 10, -0.2 * math.sin(math.pi * t / 10)) for t in range(-10, 11)], 0.26)
_HOOK: list[Point] = [
    (0.33 * math.cos(turn), -0.3 + 0.33 * math.sin(turn))
    for turn in [math.pi + (1.25 * math.pi) * step / 12 for step in range(13)]
]
_QUESTION = _stroke([*_HOOK, (0.06, 0.1), (0.0, 0.28)], 0.22)
