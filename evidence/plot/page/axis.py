"""The axis of effects: where it begins and ends, its ticks, and which values lie outside it.

The axis holds every point estimate and the null value. It is widened to hold the interval ends too, but one vast
interval may not squeeze the others into a stroke: an end farther out than that is clipped, and the figure marks it with
an arrow. Where there is no value of no effect, as for proportions, only an interval that is vast beside every other is
clipped.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Axis", "Interval", "choose_axis", "round_ticks"]

Interval = tuple[float, float, float]
_ROOM = 2.5  # how many typical half-widths an interval may reach beyond the outermost estimates before it is clipped
_VAST = 20.0  # how many times wider than every other an interval without a null value must be to be clipped
_SHORT_SIDE = 0.3  # the least that the axis shows on the empty side of the null value, relative to the other side
_NEARLY_EVEN = 0.55  # sides that differ less than this are made equal
_NEAR = 0.08  # share of the axis by which a logarithmic one may grow to end at a tick
_ROUNDING = 1e-9
_MOST_TICKS = 7
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis of effects.

    Attributes
    ----------
    low, high : float
        Its ends, on the scale on which it is even: logarithms for ratios.
    ratio : bool
        Whether it is logarithmic.
    ticks : tuple of float
        Tick values as people read them.
    labels : tuple of str
        Their texts.
    """

    low: float
    high: float
    ratio: bool
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def position(self, value: float) -> float:
        """Return where `value` lies: 0 at the left end, 1 at the right end; clipped values keep their side.

        Examples
        --------
        >>> axis = Axis(low=-1.0, high=3.0, ratio=False, ticks=(0.0,), labels=("0",))
        >>> axis.position(1.0), axis.position(5.0) > 1
        (0.5, True)
        """
        return (_even(value, self.ratio) - self.low) / (self.high - self.low)


def _even(value: float, ratio: bool) -> float:
    if not ratio:
        return value
    return math.log(value) if value > 0 else -math.inf


def choose_axis(
    intervals: Sequence[Interval],
    *,
    wide: Sequence[Interval] = (),
    ratio: bool,
    null: float | None,
    fits: Callable[[Sequence[float], Sequence[str]], bool],
    least: float | None = None,
) -> Axis:
    """Return an axis for studies and summaries.

    Parameters
    ----------
    intervals : sequence of (low, estimate, high)
        The studies' intervals, on the scale of the measure; they set how much room an interval may take.
    wide : sequence of (low, estimate, high)
        Summaries and prediction intervals: they are shown if they fit into that room, and clipped if not.
    ratio : bool
        Whether the axis is logarithmic.
    null : float or None
        The value that means no effect.
    fits : callable
        Called with the ticks' positions between 0 and 1 and their labels; says whether the labels stand clear of each
        other.
    least : float or None
        The least value that the measure can take, below which an axis with equal steps does not go.

    Examples
    --------
    >>> axis = choose_axis([(0.2, 0.5, 1.1), (0.6, 0.9, 1.4)], ratio=True, null=1.0, fits=lambda x, labels: True)
    >>> axis.labels
    ('0.2', '0.5', '1')
    """
    low, high = _limits(intervals, wide, ratio, null)
    if ratio:
        low, high = _to_ticks(low, high)
    elif least is not None:
        low = max(low, least)
    # Ratios in equal steps are counted from 0: 1, 11, 21 are round to nobody.
    start = null or 0.0 if least is None else least
    ticks, labels = round_ticks(low, high, ratio=ratio, null=start, fits=fits)
    if not ticks:
        # No round values fit: the null value, or the middle, stands alone.
        middle = (low + high) / 2
        only, label = _lone_tick(null if null is not None else math.exp(middle) if ratio else middle, low, high, ratio)
        ticks, labels = (only,), (label,)
    return Axis(low=low, high=high, ratio=ratio, ticks=tuple(ticks), labels=tuple(labels))


def round_ticks(
    low: float,
    high: float,
    *,
    ratio: bool = False,
    null: float = 0.0,
    fits: Callable[[Sequence[float], Sequence[str]], bool],
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return two to seven round values within an axis and their texts, as many as fit; none if no two do.

    Parameters
    ----------
    low, high : float
        The ends of the axis, on the scale on which it is even: logarithms for ratios.
    ratio : bool
        Whether it is logarithmic; the values are then ratios.
    null : float
        The value from which equal steps are counted.
    fits : callable
        As for `choose_axis`.

    Examples
    --------
    >>> round_ticks(0.0, 0.42, fits=lambda x, labels: len(labels) < 6)
    ((0.0, 0.1, 0.2, 0.3, 0.4), ('0', '0.1', '0.2', '0.3', '0.4'))
    """
    for ticks, labels in _ladders(low, high, ratio, null):
        positions = [(_even(tick, ratio) - low) / (high - low) for tick in ticks]
        if 2 <= len(ticks) <= _MOST_TICKS and len(set(labels)) == len(labels) and fits(positions, labels):
            return tuple(ticks), tuple(labels)
    return (), ()


def _limits(
    intervals: Sequence[Interval], wide: Sequence[Interval], ratio: bool, null: float | None
) -> tuple[float, float]:
    """Return the two ends of the axis on its even scale."""
    own = [[_even(value, ratio) for value in interval] for interval in intervals]
    everything = own + [[_even(value, ratio) for value in interval] for interval in wide]
    centre = [] if null is None else [_even(null, ratio)]
    estimates = [estimate for _, estimate, _ in everything] + centre
    core_low, core_high = min(estimates), max(estimates)
    # The longer arm of each: an interval that begins at its estimate, as that of 0 events, is not a narrow one.
    arms = [
        [arm for arm in (middle - low, high - middle) if math.isfinite(arm)] for low, middle, high in own or everything
    ]
    finite = [max(both) for both in arms if both]
    room = max(_ROOM * statistics.median(finite) if finite else 0.0, 0.6 * (core_high - core_low))
    if null is None:
        room = max(room, _widest(finite))
    low = min([core_low, *(max(interval[0], core_low - room) for interval in everything)])
    high = max([core_high, *(min(interval[2], core_high + room) for interval in everything)])
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        spread = math.log(2) if ratio else max(abs(low), 1.0) / 2
        low, high = low - spread, high + spread
    if centre:
        return _balanced(low, high, centre[0])
    pad = 0.05 * (high - low)
    return (low - pad if ratio or low < 0 else max(0.0, low - pad)), high + pad


def _widest(arms: Sequence[float]) -> float:
    """Return the longest arm that is not vast beside every other; 0 without any."""
    ranked = sorted(arms, reverse=True)
    if len(ranked) > 1 and ranked[0] > _VAST * ranked[1]:
        return ranked[1]
    return ranked[0] if ranked else 0.0


def _balanced(low: float, high: float, centre: float) -> tuple[float, float]:
    """Give both sides of the null value room for a label, and the same room if they nearly have it."""
    left, right = centre - low, high - centre
    longer, shorter = max(left, right), min(left, right)
    least = longer if shorter >= _NEARLY_EVEN * longer else max(shorter, _SHORT_SIDE * longer)
    left, right = (1.05 * max(left, least), 1.05 * max(right, least))
    return centre - left, centre + right


def _to_ticks(low: float, high: float) -> tuple[float, float]:
    """Move the ends of a logarithmic axis out to the next tick that it would have there, where that is near."""
    decade, span = math.log(10), high - low
    multiples = (1,) if span > 3 * decade else (1, 2, 5)
    near = _NEAR * span
    below = [math.log(m) + math.floor((low - math.log(m)) / decade) * decade for m in multiples]
    above = [math.log(m) + math.ceil((high - math.log(m)) / decade) * decade for m in multiples]
    return (max(below) if low - max(below) < near else low), (min(above) if min(above) - high < near else high)


def _ladders(low: float, high: float, ratio: bool, null: float) -> Iterator[tuple[Sequence[float], Sequence[str]]]:
    """Yield sets of round ticks within the axis, the densest first."""
    if ratio:
        yield from _log_ladders(low, high)
    else:
        yield from _even_ladders(low, high, null)


def _even_ladders(low: float, high: float, null: float) -> Iterator[tuple[list[float], list[str]]]:
    """Yield ticks in equal steps from the null value."""
    finest = math.floor(math.log10((high - low) / _MOST_TICKS))
    for power in range(finest, finest + 4):
        for multiple in (1, 2, 5):
            step = multiple * 10.0**power
            first, last = math.ceil((low - null) / step), math.floor((high - null) / step)
            if last - first > 3 * _MOST_TICKS:
                continue
            # Division, not multiplication, where the step is below 1: 3 / 10 is the 0.3 that people mean.
            whole, parts = (multiple * 10**power, 1) if power >= 0 else (multiple, 10**-power)
            ticks = [null + i * whole / parts for i in range(first, last + 1)]
            digits = max(0, -power, _decimals(null))
            yield ticks, [_tick_label(tick, digits) for tick in ticks]


def _log_ladders(low: float, high: float) -> Iterator[tuple[list[float], list[str]]]:
    """Yield ticks for a logarithmic axis: reciprocal pairs, then powers of ten; equal steps where it is short."""
    if high - low < math.log(1.5):
        yield from _even_ladders(math.exp(low), math.exp(high), 0.0)
    pairs = [0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0]
    decades = range(max(-300, math.floor(low / math.log(10))), min(300, math.ceil(high / math.log(10))) + 1)
    fives = [_power(d) * m for d in decades for m in (1, 2, 5)]
    if high - low < math.log(5.5):
        yield _labelled(low, high, pairs)
    yield _labelled(low, high, fives)
    if high - low < math.log(2000):
        yield _labelled(low, high, [1 / 125, 1 / 25, 1 / 5, 1.0, 5.0, 25.0, 125.0])
    for stride in (1, 2, 3, 5, 10, 20, 50, 100):
        yield _labelled(low, high, [_power(d) for d in decades if d % stride == 0])
    if high - low < math.log(100):
        yield from _even_ladders(math.exp(low), math.exp(high), 0.0)


def _power(exponent: int) -> float:
    return float(f"1e{exponent}")


def _labelled(low: float, high: float, values: Sequence[float]) -> tuple[list[float], list[str]]:
    ticks = [value for value in values if low - _ROUNDING <= math.log(value) <= high + _ROUNDING]
    return ticks, [_tick_label(tick, min(max(0, -_magnitude(tick)), 4) if tick < 0.5 else 2) for tick in ticks]


def _lone_tick(value: float, low: float, high: float, ratio: bool) -> tuple[float, str]:
    """Return the only tick of an axis, rounded to as few figures as keep it on the axis, and its text."""
    magnitude = _magnitude(value)
    for digits in range(2 - magnitude, 16 - magnitude):
        rounded = round(value, digits)
        if low <= _even(rounded, ratio) <= high:
            plain = digits > 2 - magnitude
            return rounded, format_number(rounded, max(0, digits)) if plain else _tick_label(rounded, max(0, digits))
    return value, _tick_label(value, max(0, 2 - magnitude))


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value)) + 1e-9) if value else 0


def _decimals(value: float) -> int:
    """Count the decimals of a number as people write it."""
    text = f"{value:.8f}".rstrip("0")
    return len(text.split(".")[1])


def _tick_label(value: float, digits: int) -> str:
    """Return a tick's text: a natural number where it can be one, a power of ten where it is far from 1."""
    magnitude = _magnitude(value)
    if value and (magnitude >= 6 or magnitude <= -5):
        mantissa = value / 10.0**magnitude
        power = f"10{str(magnitude).translate(_SUPERSCRIPT)}"
        short = format_number(mantissa, _decimals(round(mantissa, 2)))
        return power if short == "1" else f"{short}×{power}"
    text = format_number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text
