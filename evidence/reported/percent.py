"""Counts behind a printed percentage: all whole numbers that agree with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError, Problem, RowError
from ..vocabulary import ReportedPolicy, check_option
from .finish import finish
from .values import GROUP, NOT_NEGATIVE, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .result import Derived
    from .values import Values

__all__ = ["counts_from_percent"]

_PRINTED = re.compile(r"(\d{1,3})(?:\.(\d{1,15}))?\s*%?")
_MOST_LISTED = 8
_MOST_PEOPLE = 10**12
_MOST_DECIMALS = 15


def counts_from_percent(
    percent: Values | str | Sequence[str],
    n: Values,
    *,
    decimals: int | Sequence[int] | None = None,
    unsettled: str = "withhold",
) -> Derived:
    r"""Return the number of events behind a percentage of `n` people.

    All whole numbers `k` are found whose :math:`100 k / n` rounds to the percentage at its printed decimals, in exact
    arithmetic, ties rounded either way. One such number is the answer. Several are named and none is chosen; where
    there is none, the percentage is not of this denominator.

    Parameters
    ----------
    percent : array_like of shape (k,), or text
        Percentages. As text they carry their own decimals (``"72.7"``, ``"70.0%"``); numbers do not, and need
        `decimals`.
    n : array_like of shape (k,)
        Denominators.
    decimals : int or sequence of int, optional
        Decimals that were printed, for percentages that are given as numbers.
    unsettled : {"withhold", "raise"}
        What becomes of rows with no such count, or several.

    Returns
    -------
    Derived
        Fields ``events`` (NaN where not settled), ``fewest``, ``most`` and ``candidates``, how many there are; and
        ``alternatives``, the counts of each row (at most the first thousand).

    Raises
    ------
    InputError, OptionError, RowError
        Where lengths differ, a percentage is no number or beyond 100, decimals are not stated, or — if asked —
        a count is not settled.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. doi:10.1177/1948550616673876

    Examples
    --------
    >>> result = counts_from_percent(["85", "45.0", "28.57"], [20, 20, 40])
    >>> result.events
    array([17.,  9., nan])
    >>> result.notes[2]
    'no count of 40 people gives 28.57%: the nearest are 11 (27.50%) and 12 (30.00%)'
    """
    check_option("unsettled", unsettled, ReportedPolicy)
    numbers, digits = _printed(percent, decimals)
    given = read({"percent": (numbers, NOT_NEGATIVE), "n": (n, GROUP)}, need=("percent", "n"))
    k = len(given.labels)
    places = digits * k if len(digits) == 1 else digits
    if len(places) != k:
        raise InputError(f"percent has {len(places)} value(s) for {k} row(s)")
    _refuse_range(given["percent"], given["n"], given.labels)
    ranges = [
        _range(value, places[row], people)
        for row, (value, people) in enumerate(zip(given["percent"], given["n"], strict=True))
    ]
    found = np.array([max(0, high - low + 1) for low, high in ranges], dtype=np.float64)
    missing = ~(given.has("percent") & given.has("n"))
    text = [
        "" if missing[row] else _say(given["percent"][row], places[row], given["n"][row], ranges[row])
        for row in range(k)
    ]
    if unsettled == "raise" and (bad := [row for row in range(k) if text[row]]):
        problems = [Problem(message=text[row], row=given.labels[row], column="percent") for row in bad]
        raise RowError(f"{len(bad)} percentage(s) do not settle a count; nothing was derived", problems)
    some = (found > 0) & ~missing
    fewest = np.where(some, [low for low, _ in ranges], np.nan)
    most = np.where(some, [high for _, high in ranges], np.nan)
    return finish(
        "counts-from-percent",
        given,
        {
            "events": np.where(found == 1, fewest, np.nan),
            "fewest": fewest,
            "most": most,
            "candidates": np.where(missing, np.nan, found),
        },
        withheld=[*given.lacking("percent", "n"), ((found != 1) & ~missing, text)],
        options={"decimals": ", ".join(str(place) for place in dict.fromkeys(places))},
        optional=("fewest", "most", "candidates"),
        alternatives=tuple(
            () if missing[row] else tuple(range(low, min(high, low + 999) + 1))
            for row, (low, high) in enumerate(ranges)
        ),
    )


def _printed(percent: Any, decimals: int | Sequence[int] | None) -> tuple[Any, list[int]]:
    """Return the percentages as numbers, and the decimals of each (or one for all)."""
    if percent is None:
        raise InputError("percent is needed; give a number, or one for each row")
    # bytes are text, not the numbers of their characters
    scalar = (
        isinstance(percent, (str, bytes, bytearray))
        or not isinstance(percent, Iterable)
        or getattr(percent, "ndim", 1) == 0
    )
    if isinstance(percent, (Mapping, Set)):
        raise InputError(f"percent is a {type(percent).__name__}, which has no place for each row")
    cells = [percent] if scalar else list(percent)
    stated = _stated(decimals, len(cells))
    values: list[Any] = []
    digits: list[int] = []
    problems: list[Problem] = []
    for row, cell in enumerate(cells):
        if isinstance(cell, (bytes, bytearray)):
            fault = f"{type(cell).__name__}, not a percentage: decode it"
            problems.append(Problem(message=fault, row=str(row), column="percent", value=str(cell), allowed='"72.7"'))
            continue
        if not isinstance(cell, str):
            missing = cell is None or (isinstance(cell, Real) and cell != cell)
            if stated is None and not missing:
                raise InputError(
                    "a percentage that is given as a number does not say how many decimals were printed; "
                    'give it as text ("70.0"), or say decimals='
                )
            values.append(cell)
            digits.append(stated[row] if stated is not None else 0)
            continue
        match = _PRINTED.fullmatch(cell.strip())
        if match is None:
            hint = "a number such as 72.7, with a point and without a sign before it"
            problems.append(
                Problem(message="not a percentage", row=str(row), column="percent", value=cell, allowed=hint)
            )
            continue
        values.append(float(f"{match[1]}.{match[2] or '0'}"))
        digits.append(len(match[2] or ""))
    if problems:
        raise RowError(f"{len(problems)} percentage(s) cannot be used; nothing was derived", problems)
    if hasattr(percent, "index") and hasattr(percent, "to_numpy"):
        return percent.__class__(values, index=percent.index, dtype=float), digits
    return (values[0] if scalar else values), digits


def _stated(decimals: int | Sequence[int] | None, k: int) -> list[int] | None:
    if decimals is None:
        return None
    places: list[Any] = list(decimals) if isinstance(decimals, Iterable) else [decimals] * k
    for place in places:
        if isinstance(place, bool) or not isinstance(place, Integral) or not 0 <= int(place) <= _MOST_DECIMALS:
            raise InputError(f"decimals={decimals!r} must be whole numbers from 0 to {_MOST_DECIMALS}")
    if len(places) != k:
        raise InputError(f"decimals has {len(places)} value(s) for {k} percentage(s)")
    return [int(place) for place in places]


def _refuse_range(percent: Any, n: Any, labels: tuple[str, ...]) -> None:
    problems = [
        Problem(message=message, row=labels[row], column=column, value=f"{values[row]:g}", allowed=allowed)
        for values, most, message, column, allowed in (
            (percent, 100, "more than everybody", "percent", "0 to 100"),
            (n, _MOST_PEOPLE, "too many people to count exactly", "n", f"up to {_MOST_PEOPLE:g}"),
        )
        for row in np.flatnonzero(values > most)
    ]
    if problems:
        raise RowError(f"{len(problems)} value(s) cannot be used; nothing was derived", problems)


def _range(value: float, places: int, people: float) -> tuple[int, int]:
    """Return the fewest and the most events whose percentage rounds to `value`; fewest above most if none does."""
    if np.isnan(value) or np.isnan(people):
        return 1, 0
    # |100 k / n − value| ≤ half a unit of the last decimal, times 2 · 10^places · n: whole numbers throughout
    unit = 10**places
    printed = round(value * unit)
    n = round(people)
    low = -((-(2 * printed - 1) * n) // (200 * unit))
    high = ((2 * printed + 1) * n) // (200 * unit)
    return max(low, 0), min(high, n)


def _say(value: float, places: int, people: float, counts: tuple[int, int]) -> str:
    """Return why a count is not settled; empty if it is."""
    low, high = counts
    n = round(people)
    printed = f"{value:.{places}f}%"
    if low == high:
        return ""
    if low < high:
        listed = ", ".join(str(count) for count in range(low, high + 1))
        named = listed if high - low < _MOST_LISTED else f"{low} to {high}"
        return f"{printed} of {n} people could be any of {named}"
    below = min(int(value * n // 100), n - 1)
    near = " and ".join(f"{count} ({100 * count / n:.{max(places, 1)}f}%)" for count in (below, below + 1))
    return f"no count of {n} people gives {printed}: the nearest are {near}"
