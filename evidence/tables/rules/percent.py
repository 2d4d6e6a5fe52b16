"""Which counts a printed percentage allows, at the precision at which it is printed.

The idea is the GRIM test of Brown and Heathers (2017, doi:10.1177/1948550616673876), for shares of people.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

__all__ = ["counts_of_percent", "is_share", "nearest_shares"]


def is_share(percent: str, events: int, total: int) -> bool:
    """Return whether `events` of `total`, in percent, may be printed as `percent`.

    Rounded half up, half to even, half down, or cut off after the printed decimals: all count as a fit.

    Examples
    --------
    >>> is_share("4.5", 2, 44), is_share("4.6", 2, 44), is_share("66.6", 2, 3), is_share("66.7", 2, 3)
    (True, False, True, True)
    """
    if total <= 0:
        return False
    printed = Fraction(Decimal(percent))
    unit = _unit(percent)
    share = Fraction(100 * events, total)
    return abs(share - printed) <= unit / 2 or printed <= share < printed + unit


def counts_of_percent(percent: str, total: int) -> tuple[int, ...]:
    """Return every count out of `total` that may be printed as `percent`.

    Examples
    --------
    >>> counts_of_percent("85", 20), counts_of_percent("83", 20), counts_of_percent("50", 300)
    ((17,), (), (149, 150, 151, 152))
    """
    if total <= 0:
        return ()
    printed, unit = Fraction(Decimal(percent)), _unit(percent)
    low = max(0, math.floor((printed - unit) * total / 100))
    high = min(total, math.ceil((printed + unit) * total / 100))
    return tuple(events for events in range(low, high + 1) if is_share(percent, events, total))


def nearest_shares(percent: str, total: int) -> str:
    """Return the nearest possible shares below and above, in words.

    Examples
    --------
    >>> nearest_shares("83", 20)
    '16/20 = 80%, 17/20 = 85%'
    """
    if total <= 0:
        return "a denominator above 0"
    below = math.floor(Fraction(Decimal(percent)) * total / 100)
    digits = max(0, _decimals(percent))
    return ", ".join(
        f"{events}/{total} = {100 * events / total:.{digits}f}%"
        for events in (below, below + 1)
        if 0 <= events <= total
    )


def _decimals(percent: str) -> int:
    exponent = Decimal(percent).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _unit(percent: str) -> Fraction:
    return Fraction(1, 10 ** max(0, _decimals(percent)))
