"""Spread: which standard deviations a mean on a scale, or between a smallest and a largest value, can have."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from .granularity import mean_totals
from .rounding import exact, half_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["sd_limits", "squares_limits"]


def squares_limits(
    total: Fraction, n: int, low: Fraction, high: Fraction | None, *, whole: bool, attained: bool
) -> tuple[Fraction, Fraction] | None:
    """Return the smallest and the largest sum of squared deviations of `n` values with a given total.

    Values lie between `low` and `high` (None: no upper end). The smallest sum has them as equal as can be, the largest
    as many as possible at the ends and one between. With `attained`, one value is `low` and one is `high`.

    Parameters
    ----------
    total : Fraction
        Sum of the values; a whole number if `whole`.
    n : int
        How many values, at least 2.
    low, high : Fraction
        Ends; whole numbers if `whole`.
    whole : bool
        Whether all values are whole numbers.
    attained : bool
        Whether both ends occur; then `high` is needed.

    Returns
    -------
    tuple of Fraction, or None
        None where no such values exist.

    Examples
    --------
    >>> squares_limits(Fraction(6), 3, Fraction(0), Fraction(5), whole=True, attained=False)
    (Fraction(0, 1), Fraction(14, 1))
    """
    fixed: list[Fraction] = [low, high] if attained and high is not None else []
    free = n - len(fixed)
    rest = total - sum(fixed, Fraction(0))
    if free < 0 or rest < free * low or (high is not None and rest > free * high) or (free == 0 and rest != 0):
        return None
    # a whole count at the upper end, one value between, all others at the lower end
    above = rest - free * low
    if high is None:
        at_top, between = 0, above
    elif high == low:
        at_top, between = 0, Fraction(0)
    else:
        at_top = int(above // (high - low))
        between = above - at_top * (high - low)
    squares = sum((value * value for value in fixed), Fraction(0))
    centre = total * total / n
    most = squares - centre + free * low * low
    if high is not None:
        most += at_top * (high * high - low * low)
    if between:
        most += (low + between) ** 2 - low * low
    if not free:
        return most, most
    even = rest / free
    if whole:
        below = math.floor(even)
        more = rest - free * below
        fewest = squares - centre + (free - more) * below * below + more * (below + 1) ** 2
    else:
        fewest = squares - centre + free * even * even
    return fewest, most


def sd_limits(
    mean: float,
    decimals: int,
    n: int,
    *,
    minimum: float,
    maximum: float | None = None,
    step: float | None = None,
    attained: bool = False,
) -> tuple[float, float] | None:
    r"""Return the smallest and the largest standard deviation of values with a mean that is printed so.

    Exact within rounding of the mean: for whole values, over every total that rounds to it. Without an upper end the
    largest is :math:`\sqrt n\,(\bar x - a)`, everything in one person.

    Parameters
    ----------
    mean : float
        As printed.
    decimals : int
        With how many decimals.
    n : int
        How many people, at least 2.
    minimum, maximum : float
        Ends of the scale, or the smallest and the largest value; without a maximum there is no upper end.
    step : float, optional
        Distance of neighbouring values; any value is possible without it.
    attained : bool
        Whether both ends are printed as the smallest and the largest value that occur.

    Returns
    -------
    tuple of float, or None
        None where no values between the ends have this mean.

    References
    ----------
    Bhatia R, Davis C (2000). A better bound on the variance. doi:10.1080/00029890.2000.12005203. Heathers JA, Anaya J,
    van der Zee T, Brown NJL (2018). SPRITE. doi:10.7287/peerj.preprints.26968v1

    Examples
    --------
    >>> low, high = sd_limits(3.2, 1, 20, minimum=1, maximum=7, step=1)
    >>> round(low, 3), round(high, 3)
    (0.366, 2.907)
    >>> sd_limits(9.4, 1, 20, minimum=1, maximum=7) is None
    True
    """
    if n < 2:
        return None
    size = exact(step) if step else Fraction(1)
    low, high = exact(minimum) / size, None if maximum is None else exact(maximum) / size
    whole = step is not None
    found = [
        limits
        for total in _totals(mean, decimals, n, size, low, high, whole=whole, attained=attained)
        if (limits := squares_limits(total, n, low, high, whole=whole, attained=attained)) is not None
    ]
    if not found:
        return None
    fewest, most = min(pair[0] for pair in found), max(pair[1] for pair in found)
    return float(size) * math.sqrt(fewest / (n - 1)), float(size) * math.sqrt(most / (n - 1))


def _totals(
    mean: float,
    decimals: int,
    n: int,
    size: Fraction,
    low: Fraction,
    high: Fraction | None,
    *,
    whole: bool,
    attained: bool,
) -> Sequence[Fraction]:
    """Return the totals to try: all whole ones, or those at which the extremes of a continuous total can lie."""
    if whole:
        return [Fraction(total) for total in mean_totals(mean, decimals, n, step=float(size))]
    first = max((exact(mean) - half_unit(decimals)) * n / size, n * low)
    last = (exact(mean) + half_unit(decimals)) * n / size
    if high is not None:
        last = min(last, n * high)
    if attained and high is not None:
        first, last = max(first, (n - 1) * low + high), min(last, (n - 1) * high + low)
    if first > last:
        return []
    totals = [first, last]
    if high is not None and high > low:
        # the largest sum is convex between totals at which a whole number of values is at the upper end
        width = high - low
        start, stop = math.ceil((first - n * low) / width), math.floor((last - n * low) / width)
        totals += [n * low + count * width for count in {start, stop, (start + stop) // 2} if start <= count <= stop]
        totals += [total for total in (n * (low + high) / 2,) if first <= total <= last]
    return totals
