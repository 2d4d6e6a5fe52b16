"""Every p-value that a test of counts may give: two groups, several groups, the two sides of the same people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .ranges import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["group_count_p_values", "paired_count_p_range", "rarer_two_by_two_p_values", "two_by_two_p_values"]

_MOST_FOR_UNCONDITIONAL = 120


def two_by_two_p_values(events1: int, n1: int, events2: int, n2: int) -> dict[str, float]:
    """Return the two-sided p-values that tests in use give to two proportions.

    Pearson's χ², with Yates' correction, with (N − 1)/N, the likelihood ratio G, Fisher's exact test and its mid-p, the
    unpooled z of the risk difference, and Wald's z of the log odds ratio (½ added to every cell where one is empty).
    Where nobody, or everybody, had the event, no test can tell the groups apart and every p is 1.

    Parameters
    ----------
    events1, n1, events2, n2 : int
        Events and people of the two groups; ``0 ≤ events ≤ n``, n at least 1.

    Returns
    -------
    dict of str to float
        p by test.

    References
    ----------
    Campbell I (2007) doi:10.1002/sim.2832

    Examples
    --------
    >>> p = two_by_two_p_values(2, 15, 0, 15)
    >>> round(p["Fisher"], 3), round(p["χ²"], 3)
    (0.483, 0.143)
    >>> p = two_by_two_p_values(12, 20, 5, 20)
    >>> round(p["χ²"], 4), round(p["N − 1 χ²"], 4), round(p["Fisher"], 4)
    (0.0252, 0.0271, 0.0536)
    """
    import numpy as np
    from scipy import stats

    a, b, c, d = events1, n1 - events1, events2, n2 - events2
    total, hits = n1 + n2, a + c
    tests = ("χ²", "Yates χ²", "N − 1 χ²", "G", "Fisher", "Fisher mid-p", "z of the difference", "log odds ratio")
    if hits in (0, total):
        return dict.fromkeys(tests, 1.0)
    cross, product = abs(a * d - b * c), n1 * n2 * hits * (total - hits)
    pearson = total * cross**2 / product
    yates = total * max(0.0, cross - total / 2) ** 2 / product
    observed = float(stats.hypergeom.pmf(a, total, hits, n1))
    fisher = float(stats.fisher_exact(np.array([[a, b], [c, d]])).pvalue)
    p = {
        "χ²": float(stats.chi2.sf(pearson, 1)),
        "Yates χ²": float(stats.chi2.sf(yates, 1)),
        "N − 1 χ²": float(stats.chi2.sf(pearson * (total - 1) / total, 1)),
        "G": float(stats.chi2.sf(_likelihood_ratio([(a, b), (c, d)]), 1)),
        "Fisher": fisher,
        "Fisher mid-p": max(0.0, fisher - observed / 2),
    }
    spread = math.sqrt(a * b / n1**3 + c * d / n2**3)
    p["z of the difference"] = float(2 * stats.norm.sf(abs(a / n1 - c / n2) / spread)) if spread > 0 else 0.0
    add = 0.5 if 0 in (a, b, c, d) else 0.0
    odds = math.log((a + add) * (d + add) / ((b + add) * (c + add)))
    error = math.sqrt(sum(1 / (cell + add) for cell in (a, b, c, d)))
    p["log odds ratio"] = float(2 * stats.norm.sf(abs(odds) / error))
    return p


def rarer_two_by_two_p_values(events1: int, n1: int, events2: int, n2: int) -> dict[str, float]:
    """Return the p-values of tests of two proportions that reports use now and then.

    One-sided χ², Yates and Fisher, towards either side, and the unconditional tests of Barnard and of Boschloo,
    two-sided (these two for up to 120 people).

    Examples
    --------
    >>> p = rarer_two_by_two_p_values(9, 17, 3, 17)
    >>> round(p["one-sided Fisher"], 3), round(p["one-sided Yates χ²"], 3)
    (0.035, 0.036)
    """
    import numpy as np
    from scipy import stats

    a, c, hits, total = events1, events2, events1 + events2, n1 + n2
    if hits in (0, total):
        return {}
    usual = two_by_two_p_values(a, n1, c, n2)
    p = {f"one-sided {test}": usual[test] / 2 for test in ("χ²", "Yates χ²")}
    p |= {f"{test} towards the other side": 1 - value for test, value in list(p.items())}
    more, fewer = stats.hypergeom.sf(a - 1, total, hits, n1), stats.hypergeom.cdf(a, total, hits, n1)
    p["one-sided Fisher"], p["one-sided Fisher towards the other side"] = sorted((float(more), float(fewer)))
    if total <= _MOST_FOR_UNCONDITIONAL:
        table = np.array([[a, c], [n1 - a, n2 - c]])
        p["Barnard"] = float(stats.barnard_exact(table).pvalue)
        p["Boschloo"] = float(stats.boschloo_exact(table).pvalue)
    return p


def group_count_p_values(events: Sequence[int], sizes: Sequence[int]) -> dict[str, float]:
    """Return the p-values of χ² and G over several groups at once (g − 1 degrees of freedom).

    Examples
    --------
    >>> p = group_count_p_values([15, 20, 27], [31, 31, 31])
    >>> round(p["χ²"], 4)
    0.0051
    """
    from scipy import stats

    total, hits = sum(sizes), sum(events)
    if hits in (0, total):
        return {"χ²": 1.0, "G": 1.0}
    share = hits / total
    pearson = sum((e - n * share) ** 2 / (n * share * (1 - share)) for e, n in zip(events, sizes, strict=True))
    ratio = _likelihood_ratio([(e, n - e) for e, n in zip(events, sizes, strict=True)])
    freedom = len(sizes) - 1
    return {"χ²": float(stats.chi2.sf(pearson, freedom)), "G": float(stats.chi2.sf(ratio, freedom))}


def paired_count_p_range(events1: int, events2: int, n: int) -> Range:
    """Return the p-values that McNemar's tests can give to two sides of the same `n` people.

    The margins fix b − c = e₁ − e₂; how many people differ, b + c, may be anything that the margins allow. Exact,
    mid-p, and χ² with and without correction are all let in.

    References
    ----------
    McNemar Q (1947) doi:10.1007/BF02295996

    Examples
    --------
    >>> found = paired_count_p_range(9, 3, 10)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0143, 0.0771)
    """
    from scipy import stats

    gap = abs(events1 - events2)
    if gap == 0:
        return Range(0.5, 1.0)  # whoever differs, as many gain as lose; the mid-p of one pair is 0.5
    found: list[float] = []
    for lost in range(min(events1, events2, n - max(events1, events2)) + 1):
        discordant = gap + 2 * lost
        exact = min(1.0, 2 * float(stats.binom.cdf(lost, discordant, 0.5)))
        middle = max(0.0, exact - float(stats.binom.pmf(lost, discordant, 0.5)))
        plain = float(stats.chi2.sf(gap**2 / discordant, 1))
        corrected = float(stats.chi2.sf((gap - 1) ** 2 / discordant, 1))
        found += [exact, middle, plain, corrected]
    return Range(min(found), max(found))


def _likelihood_ratio(rows: Sequence[tuple[int, int]]) -> float:
    total = sum(sum(row) for row in rows)
    columns = [sum(row[j] for row in rows) for j in (0, 1)]
    return 2 * sum(
        cell * math.log(cell * total / (sum(row) * columns[j])) for row in rows for j, cell in enumerate(row) if cell
    )
