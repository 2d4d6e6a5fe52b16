"""Every p-value that rounded means and spreads allow: t-tests, analysis of variance, paired and rank tests.

A printed mean of 12.5 is anything from 12.45 to 12.55. Each function therefore takes ranges and returns a range: no
people with such a summary can have a p-value outside it under that test.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from .ranges import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "anova_p_range",
    "implied_sd",
    "paired_p_range",
    "rank_p_range",
    "smallest_rank_p",
    "t_test_p_ranges",
]

_QUARTILE_TIES = 0.7


def t_test_p_ranges(mean1: Range, sd1: Range, n1: int, mean2: Range, sd2: Range, n2: int) -> dict[str, Range]:
    """Return the p-values of the t-tests that rounded summaries of two groups allow.

    t = (m₁ − m₂)/SE with SE² = s²(1/n₁ + 1/n₂), s² pooled, or SE² = s₁²/n₁ + s₂²/n₂ with Welch's degrees of freedom.
    The limits lie at the corners of the ranges.

    Parameters
    ----------
    mean1, mean2, sd1, sd2 : Range
        What the printed numbers may have been.
    n1, n2 : int
        People; at least 2 each.

    Returns
    -------
    dict of str to Range
        By test: ``t``, ``Welch t``.

    References
    ----------
    Welch BL (1947) doi:10.1093/biomet/34.1-2.28

    Examples
    --------
    >>> found = t_test_p_ranges(Range(24.525, 24.535), Range(9.485, 9.495), 30,
    ...                         Range(17.875, 17.885), Range(10.145, 10.155), 30)
    >>> round(found["t"].low, 4), round(found["t"].high, 4)
    (0.011, 0.0113)
    """
    from scipy import special

    differences = _differences(mean1, mean2)
    found: dict[str, list[float]] = {"t": [], "Welch t": []}
    for difference, s1, s2 in itertools.product(differences, (sd1.low, sd1.high), (sd2.low, sd2.high)):
        a, b = max(s1, 0.0) ** 2, max(s2, 0.0) ** 2
        pooled = ((n1 - 1) * a + (n2 - 1) * b) / (n1 + n2 - 2) * (1 / n1 + 1 / n2)
        apart = a / n1 + b / n2
        df = apart**2 / ((a / n1) ** 2 / (n1 - 1) + (b / n2) ** 2 / (n2 - 1)) if apart > 0 else n1 + n2 - 2
        for name, square, freedom in (("t", pooled, n1 + n2 - 2), ("Welch t", apart, df)):
            t = difference / math.sqrt(square) if square > 0 else (0.0 if difference == 0 else math.inf)
            # Student's distribution itself: that of scipy.stats gives the same number at fifty times the cost
            found[name].append(2 * float(special.stdtr(freedom, -t)))
    return {name: Range(min(values), max(values)) for name, values in found.items()}


def anova_p_range(means: Sequence[Range], sds: Sequence[Range], sizes: Sequence[int]) -> Range:
    """Return the p-values of a one-way analysis of variance that rounded summaries of groups allow.

    F = [Σnᵢ(mᵢ − m)²/(g − 1)] / [Σ(nᵢ − 1)sᵢ²/(N − g)]. The largest F has the means at corners and the smallest
    spreads; the smallest has the means moved towards one another, each within its range, and the largest spreads.

    Examples
    --------
    >>> found = anova_p_range([Range(1, 1), Range(2, 2), Range(3, 3)], [Range(1, 1)] * 3, [5, 5, 5])
    >>> round(found.low, 5), round(found.high, 5)
    (0.02634, 0.02634)
    """
    from scipy import stats

    g, total = len(means), sum(sizes)
    most = max(_between(corner, sizes) for corner in itertools.product(*((m.low, m.high) for m in means)))
    centre = _closest_centre(means, sizes)
    least = _between([min(max(centre, m.low), m.high) for m in means], sizes)
    within = [
        sum((n - 1) * max(getattr(sd, side), 0.0) ** 2 for n, sd in zip(sizes, sds, strict=True)) / (total - g)
        for side in ("low", "high")
    ]
    limits = []
    for between, inside in ((most, within[0]), (least, within[1])):
        f = between / (g - 1) / inside if inside > 0 else (0.0 if between == 0 else math.inf)
        limits.append(float(stats.f.sf(f, g - 1, total - g)))
    return Range(limits[0], limits[1])


def paired_p_range(mean1: Range, sd1: Range, mean2: Range, sd2: Range, n: int) -> Range:
    """Return the p-values that a paired t-test can give, whatever the correlation of the two sides.

    The SD of the differences lies between |s₁ − s₂| (correlation 1) and s₁ + s₂ (correlation −1).

    Examples
    --------
    >>> found = paired_p_range(Range(10, 10), Range(4, 4), Range(8, 8), Range(4, 4), 16)
    >>> found.low, round(found.high, 3)
    (0.0, 0.333)
    """
    from scipy import stats

    small, large = _differences(mean1, mean2)
    overlap = sd1.overlaps(sd2)
    tightest = 0.0 if overlap else max(sd1.low - sd2.high, sd2.low - sd1.high)
    widest = max(sd1.high + sd2.high, 1e-300)
    least = 0.0 if tightest == 0 and large > 0 else 1.0 if large == 0 else _two_sided(large / tightest, n, stats)
    return Range(least, _two_sided(small / widest, n, stats))


def smallest_rank_p(n1: int, n2: int) -> float:
    """Return the smallest two-sided p-value that an exact rank-sum test can reach: 2/C(n₁ + n₂, n₁).

    References
    ----------
    Mann HB, Whitney DR (1947) doi:10.1214/aoms/1177730491

    Examples
    --------
    >>> smallest_rank_p(3, 3), round(smallest_rank_p(5, 5), 4)
    (0.1, 0.0079)
    """
    return min(1.0, 2 / math.comb(n1 + n2, n1))


def rank_p_range(quartiles1: Sequence[float], n1: int, quartiles2: Sequence[float], n2: int) -> Range:
    """Return the p-values that a rank-sum test can give to two groups with these five numbers.

    A quarter of each group lies between two neighbours among minimum, quartiles and maximum. Where a quarter of one
    group lies wholly above a quarter of the other, all its pairs count for it; where the two overlap, none or all may.
    That bounds U, and with it z = (U − n₁n₂/2)/σ. One person a quarter is allowed for sizes that four does not
    divide and for the definition of quartiles; ties can make σ smaller, for which 0.7 σ is allowed.

    Parameters
    ----------
    quartiles1, quartiles2 : sequence of float
        Minimum, first quartile, median, third quartile, maximum; infinite where not printed.
    n1, n2 : int
        People.

    Examples
    --------
    >>> rank_p_range([0, 1, 2, 3, 4], 40, [10, 11, 12, 13, 14], 40).high < 1e-5
    True
    >>> rank_p_range([0, 1, 2, 3, 4], 40, [0, 1, 2, 3, 4], 40).high
    1.0
    """
    from scipy import stats

    low = high = 0.0
    for a, b in itertools.product(itertools.pairwise(quartiles1), itertools.pairwise(quartiles2)):
        low += 1.0 if a[0] > b[1] else 0.5 if a[0] == b[1] else 0.0
        high += 0.0 if a[1] < b[0] else 0.5 if a[1] == b[0] else 1.0
    apart = low == high  # wholly above or wholly below: no definition of quartiles changes that
    slack = 0.0 if apart else 3 / n1 + 3 / n2
    shares = Range(low / 16 - slack / 2, high / 16 + slack / 2).within(0.0, 1.0)
    sigma = math.sqrt((n1 + n2 + 1) / (12 * n1 * n2))
    nearest = 0.0 if 0.5 in shares else min(abs(shares.low - 0.5), abs(shares.high - 0.5))
    farthest = max(abs(shares.low - 0.5), abs(shares.high - 0.5))
    least = max(float(2 * stats.norm.sf(farthest / (_QUARTILE_TIES * sigma))), 0.0)
    return Range(least, float(2 * stats.norm.sf(nearest / sigma)))


def implied_sd(difference: float, p: float, n1: int, n2: int) -> tuple[float, float]:
    """Return the pooled SD, and Hedges' g, that a difference of means and the p of its t-test imply.

    s = |m₁ − m₂| / (t √(1/n₁ + 1/n₂)) with t at p/2 and n₁ + n₂ − 2 degrees of freedom; g = J·(m₁ − m₂)/s. The
    arithmetic is that of `evidence.reported.sd_from_test` and `evidence.reported.smd_from_statistic`.

    References
    ----------
    Cochrane Handbook 6.5.2.3; Hedges LV (1981) doi:10.3102/10769986006002107

    Examples
    --------
    >>> sd, g = implied_sd(91.4 - 22.2, 0.039, 50, 44)
    >>> round(sd, 1), round(g, 3)
    (159.9, 0.429)
    """
    from ...reported import sd_from_test, smd_from_statistic

    spread = sd_from_test([difference], [n1], [n2], p=[p])
    effect = smd_from_statistic([n1], [n2], p=[p])
    return abs(float(spread.sd[0])), abs(float(effect.yi[0]))


def _differences(mean1: Range, mean2: Range) -> tuple[float, float]:
    """Return the smallest and the largest distance of two means."""
    least = 0.0 if mean1.overlaps(mean2) else max(mean1.low - mean2.high, mean2.low - mean1.high)
    return least, max(mean1.high - mean2.low, mean2.high - mean1.low)


def _between(means: Sequence[float], sizes: Sequence[int]) -> float:
    centre = sum(n * m for n, m in zip(sizes, means, strict=True)) / sum(sizes)
    return sum(n * (m - centre) ** 2 for n, m in zip(sizes, means, strict=True))


def _closest_centre(means: Sequence[Range], sizes: Sequence[int]) -> float:
    """Return the point around which means, each free within its range, can be closest; by bisection of the slope."""
    low, high = min(m.low for m in means), max(m.high for m in means)
    for _ in range(200):
        middle = (low + high) / 2
        slope = sum(n * (middle - min(max(middle, m.low), m.high)) for n, m in zip(sizes, means, strict=True))
        low, high = (low, middle) if slope > 0 else (middle, high)
    return (low + high) / 2


def _two_sided(standardised: float, n: int, stats: object) -> float:
    return float(2 * stats.t.sf(standardised * math.sqrt(n), n - 1))  # type: ignore[attr-defined]
