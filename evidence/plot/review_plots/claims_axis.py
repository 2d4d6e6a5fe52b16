"""The axes of the figure of claims: one for each measure, no effect in the middle, *for the claim* right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...numbers import MINUS, format_number
from ..page.typeface import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .claims_data import ClaimInterval

__all__ = ["ClaimAxis", "claim_axes", "key_of"]

_BEYOND = 2.5  # how many times farther than the farthest estimate an interval may reach before it is clipped
_ROOM = 1.2
_BEYOND_END = 3.5  # points
_CLEAR = 2.5  # points between two labels
_INNER = 0.55  # the share of half the axis that a tick must be away from the middle, so that labels stand apart
_FACTORS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6, 1e9, 1e12, 1e20, 1e50, 1e100, 1e200)
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAxis:
    """One measure's axis, the same distance to both sides of no effect.

    Attributes
    ----------
    measure : str
        The measure with its unit.
    ratio : bool
        Whether it is logarithmic.
    null : float
        No effect.
    reach : float
        From the middle to either end, on the scale on which the axis is even.
    higher_is_for : bool
        Whether larger values stand right.
    ticks : tuple of (float, str)
        Values and texts of the ticks.
    """

    measure: str
    ratio: bool
    null: float
    reach: float
    higher_is_for: bool
    ticks: tuple[tuple[float, str], ...]

    def position(self, value: float) -> float:
        """Return where a value stands: −1 at the left end, 0 at no effect, 1 at the right end; farther out if clipped.

        Examples
        --------
        >>> axis = ClaimAxis(measure="MD", ratio=False, null=0.0, reach=4.0, higher_is_for=False, ticks=())
        >>> axis.position(2.0), axis.position(-8.0)
        (-0.5, 2.0)
        """
        away = _even(value, self.ratio) - _even(self.null, self.ratio)
        return (away if self.higher_is_for else -away) / self.reach


def _even(value: float, ratio: bool) -> float:
    if not ratio:
        return value
    return math.log(value) if value > 0 else -math.inf


def claim_axes(intervals: Sequence[ClaimInterval], *, half: float, size: float) -> dict[tuple[object, ...], ClaimAxis]:
    """Return an axis for each measure and direction among the intervals, in the order of their appearance.

    An axis holds every estimate of its measure; an interval that reaches 2.5 times as far is clipped there.

    Parameters
    ----------
    intervals : sequence of ClaimInterval
        What is drawn.
    half : float
        From the middle of the strip to either end, in points.
    size : float
        Type size of the ticks' labels.
    """
    groups: dict[tuple[object, ...], list[ClaimInterval]] = {}
    for interval in intervals:
        groups.setdefault(key_of(interval), []).append(interval)
    return {key: _axis(members, half, size) for key, members in groups.items()}


def key_of(interval: ClaimInterval) -> tuple[object, ...]:
    """Return what intervals on one axis have in common."""
    return interval.measure, interval.ratio, interval.null, interval.higher_is_for


def _axis(members: Sequence[ClaimInterval], half: float, size: float) -> ClaimAxis:
    first = members[0]
    middle = _even(first.null, first.ratio)
    estimates = [abs(_even(entry.estimate, entry.ratio) - middle) for entry in members]
    ends = [abs(_even(end, entry.ratio) - middle) for entry in members for end in (entry.ci_low, entry.ci_high)]
    farthest = max(estimates)
    known = [end for end in ends if math.isfinite(end)]
    widest = max(known, default=0.0)
    if not farthest > 0 and not widest > 0:
        farthest = 1.0
    reach = max(_ROOM * farthest, min(1.05 * widest, _BEYOND * farthest) if farthest > 0 else 1.05 * widest)
    step = _factor(reach) if first.ratio else _step(reach)
    away = math.log(step) if first.ratio else step
    values = (first.null / step, first.null, first.null * step) if first.ratio else (-step, 0.0, step)
    shifted = values if first.ratio else tuple(first.null + value for value in values)
    texts = tuple(_label(value) for value in shifted)
    # the outer labels may stand a little beyond the ends of the strip, and no more
    widest_label = max(text_width(texts[0], size), text_width(texts[2], size))
    reach = max(reach, 1.1 * away, away * half / max(half + _BEYOND_END - widest_label / 2, 1.0))
    return ClaimAxis(
        measure=first.measure,
        ratio=first.ratio,
        null=first.null,
        reach=reach,
        higher_is_for=first.higher_is_for,
        ticks=tuple(zip(shifted, _fitting(texts, half * away / reach, size), strict=True)),
    )


def _fitting(texts: Sequence[str], away: float, size: float) -> tuple[str, ...]:
    """Return the labels that can stand beside one another, the outer ones `away` points from the middle.

    Where there is no room for all three, the middle one goes; where there is none for two, the left one too.
    """
    below, middle, above = (text_width(text, size) for text in texts)
    if away - max(below, above) / 2 - middle / 2 >= _CLEAR:
        return tuple(texts)
    return (texts[0] if 2 * away - below / 2 - above / 2 >= _CLEAR else "", "", texts[2])


def _factor(reach: float) -> float:
    return next((factor for factor in _FACTORS if math.log(factor) >= _INNER * reach), _FACTORS[-1])


def _step(reach: float) -> float:
    """Return a round number, at least as far out as a tick must be."""
    least = _INNER * reach
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * (1 - 1e-9))


def _label(value: float) -> str:
    """Return a tick's text: two figures, a power of ten where it is far from 1."""
    if not value:
        return "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = int(exponent)
    if -4 < power < 5:
        text = format_number(value, max(0, 1 - power))
        return text.rstrip("0").rstrip(".") if "." in text else text
    head = format_number(float(mantissa), 1).removesuffix(".0")
    ten = f"10{str(power).translate(_SUPERSCRIPT)}"
    if head.removeprefix(MINUS) == "1":
        return head.removesuffix("1") + ten
    return f"{head}×{ten}"
