"""Interval, standard error, z and p of one effect: what each says of the others, within rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .ranges import Range

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["RATIOS", "Interval", "centre_gap", "p_of_interval", "scale_of", "se_of_interval", "z_of_interval"]

Scale = Literal["raw", "log"]
RATIOS = ("RR", "OR", "HR", "IRR", "ROM", "RISK RATIO", "ODDS RATIO", "HAZARD RATIO", "RATE RATIO", "RELATIVE RISK")
_RAW = ("MD", "SMD", "WMD", "RD", "MEAN DIFFERENCE", "STANDARDISED MEAN DIFFERENCE", "STANDARDIZED MEAN DIFFERENCE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An effect as printed.

    Attributes
    ----------
    estimate, low, high : float
        The effect and its limits.
    decimals : int
        With how many decimals they were printed.
    level : float
        The level of the interval.
    scale : {"raw", "log"}
        Where the interval is symmetric: ratios on the log scale.
    """

    estimate: float
    low: float
    high: float
    decimals: int
    level: float = 0.95
    scale: Scale = "raw"

    @property
    def half(self) -> float:
        """Half of the last printed place."""
        return 0.5 * 10.0**-self.decimals

    @property
    def null(self) -> float:
        """The value of no effect: 1 for ratios, else 0."""
        return 1.0 if self.scale == "log" else 0.0

    def moved(self, value: float) -> Range:
        """Return what a printed number may have been, on the scale of the interval."""
        if self.scale == "raw":
            return Range(value - self.half, value + self.half)
        low = value - self.half
        return Range(math.log(low) if low > 0 else -math.inf, math.log(max(value + self.half, 1e-300)))


def scale_of(measure: str | None) -> Scale | None:
    """Return the scale on which an effect of this measure has a symmetric interval; None where it has none.

    Proportions, SUCRAs, Bayesian results and whatever has another name are not judged.

    Examples
    --------
    >>> scale_of("SMD"), scale_of("OR (adjusted)"), scale_of("proportion"), scale_of("regression beta")
    ('raw', 'log', None, None)
    """
    name = (measure or "").partition("(")[0].strip().upper()
    if name in RATIOS:
        return "log"
    return "raw" if name in _RAW else None


def se_of_interval(interval: Interval, quantile: float) -> Range:
    """Return the standard errors that an interval allows: (upper − lower)/(2q).

    Examples
    --------
    >>> se = se_of_interval(Interval(estimate=13.36, low=8.55, high=18.16, decimals=2), 1.959964)
    >>> round(se.low, 3), round(se.high, 3)
    (2.449, 2.454)
    """
    low, high = interval.moved(interval.low), interval.moved(interval.high)
    return Range(max(high.low - low.high, 0.0) / (2 * quantile), (high.high - low.low) / (2 * quantile))


def z_of_interval(interval: Interval, df: float = math.inf) -> Range:
    """Return the z (or t, on `df` degrees of freedom) that an estimate and its interval allow.

    z = |θ| / SE on the scale of the interval, with SE = (upper − lower)/(2q) and q the normal, or t, quantile.

    Examples
    --------
    >>> z = z_of_interval(Interval(estimate=13.36, low=8.55, high=18.16, decimals=2))
    >>> round(z.low, 3), round(z.high, 3)
    (5.442, 5.457)
    >>> z = z_of_interval(Interval(estimate=2.03, low=1.62, high=2.53, decimals=2, scale="log"))
    >>> round(z.low, 2), round(z.high, 2)
    (6.13, 6.32)
    """
    se = se_of_interval(interval, _quantile(interval.level, df))
    effect = interval.moved(interval.estimate)
    near = 0.0 if 0.0 in effect else min(abs(effect.low), abs(effect.high))
    far = max(abs(effect.low), abs(effect.high))
    return Range(near / se.high if se.high > 0 else math.inf, far / se.low if se.low > 0 else math.inf)


def p_of_interval(interval: Interval, dfs: Iterable[float] = (math.inf,)) -> Range:
    """Return the p-values that an estimate and its interval allow, whichever of the degrees of freedom was used.

    Examples
    --------
    >>> p = p_of_interval(Interval(estimate=-2.04, low=-4.72, high=0.65, decimals=2))
    >>> round(p.low, 3), round(p.high, 3)
    (0.135, 0.138)
    """
    from scipy import stats

    found: Range | None = None
    for df in dfs:
        z = z_of_interval(interval, df)
        tail = stats.norm if math.isinf(df) else stats.t(df)
        values = Range(float(2 * tail.sf(z.high)), float(2 * tail.sf(z.low)))
        found = values if found is None else found.hull(values)
    return found or Range(0.0, 1.0)


def centre_gap(interval: Interval, scale: Scale | None = None) -> float:
    """Return how far the estimate lies from the middle of its interval beyond what rounding explains; 0 if it does.

    Parameters
    ----------
    interval : Interval
        The effect.
    scale : {"raw", "log"}, optional
        The scale of the middle; by default that of the interval.

    Returns
    -------
    float
        The gap beyond rounding, on that scale; infinite where a limit cannot lie on the log scale.

    Examples
    --------
    >>> round(centre_gap(Interval(estimate=1.16, low=0.86, high=1.42, decimals=2)), 3)
    0.01
    >>> zhou = Interval(estimate=1.61, low=0.52, high=2.70, decimals=2, scale="log")
    >>> round(centre_gap(zhou), 2), centre_gap(zhou, "raw")
    (0.3, 0.0)
    """
    if scale is not None and scale != interval.scale:
        interval = Interval(
            estimate=interval.estimate,
            low=interval.low,
            high=interval.high,
            decimals=interval.decimals,
            level=interval.level,
            scale=scale,
        )
    if interval.scale == "log" and min(interval.low, interval.estimate) <= -interval.half:
        return math.inf
    low, high, effect = (interval.moved(value) for value in (interval.low, interval.high, interval.estimate))
    middle = Range((low.low + high.low) / 2, (low.high + high.high) / 2)
    if middle.overlaps(effect):
        return 0.0
    return max(middle.low - effect.high, effect.low - middle.high)


def _quantile(level: float, df: float) -> float:
    from scipy import stats

    tail = 0.5 + level / 2
    return float(stats.norm.ppf(tail) if math.isinf(df) else stats.t.ppf(tail, df))
