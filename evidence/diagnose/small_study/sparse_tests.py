"""Tests of funnel plot asymmetry that stay valid with rare events: the arcsine tests, and one on counts alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import gammaln

from ...effects.zero_cells import correct_zero_cells
from ...errors import InputError
from ...pool.choices import check_choices
from ...vocabulary import ArcsineModel, check_option
from .data import check_enough
from .kendall import rank_correlation
from .lines import fit_line
from .rank_test import RankTest, as_rank_test, standardised
from .regression_tests import RegressionTest, as_regression_test
from .tables import read_two_by_two

if TYPE_CHECKING:
    import pandas as pd

    from .tables import TwoByTwo

__all__ = ["conditional_moments", "ruecker", "schwarzer"]


def ruecker(
    table: pd.DataFrame,
    *,
    model: str = "rma",
    tau2: str | float = "REML",
    test: str = "t",
    level: float = 0.95,
    force: bool = False,
    **columns: Any,
) -> RegressionTest | RankTest:
    r"""Test for asymmetry of arcsine differences (Rücker).

    The effect is :math:`\arcsin\sqrt{p_1} - \arcsin\sqrt{p_2}`, whose variance :math:`1/(4n_1) + 1/(4n_2)` does not
    depend on it; studies without events stay in.

    Parameters
    ----------
    table, level, force, **columns
        As for `evidence.diagnose.small_study.harbord`.
    model : {"rma", "lm", "rank"}
        Regression on the standard error with additive variance between studies (after Thompson and Sharp), or with
        multiplicative dispersion (after Egger), or rank correlation (after Begg).
    tau2, test
        For ``model="rma"``; as for `evidence.pool.pool`.

    Returns
    -------
    RegressionTest, or RankTest for ``model="rank"``

    Notes
    -----
    In meta, ``metabias()`` of ``metabin(sm="ASD")`` with ``method.bias`` ``"Thompson"``, ``"Egger"`` and ``"Begg"``.

    References
    ----------
    Rücker G, Schwarzer G, Carpenter J (2008). Arcsine test for publication bias in meta-analyses with binary outcomes.
    doi:10.1002/sim.2971.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [0, 4, 10, 30], "n1": [20, 40, 90, 200],
    ...                        "events2": [5, 9, 14, 34], "n2": [20, 40, 90, 200]})
    >>> round(ruecker(trials, force=True).pvalue, 4)
    0.1003
    """
    kind = check_option("model", model, ArcsineModel)
    counts = read_two_by_two(table, columns, measure="RD", keep_all=True)
    small = (*check_enough(counts.k, what="Rücker's test", force=force), *counts.cautions())
    choices = check_choices(tau2=tau2, test=test, level=level, prediction=None, measure=None, missing="raise")
    n1, n2 = counts.n1, counts.n2
    yi = np.arcsin(np.sqrt(counts.a / n1)) - np.arcsin(np.sqrt(counts.c / n2))
    vi = 1 / (4 * n1) + 1 / (4 * n2)
    method = "Arcsine test of funnel plot asymmetry"
    if kind == "rank":
        if np.ptp(vi) == 0:
            raise InputError("there is no test: all studies have the same sampling variance")
        found = rank_correlation(standardised(yi, vi), vi)
        return as_rank_test(found, method=f"{method} (rank correlation)", k=counts.k, cautions=small)
    free = kind == "lm"
    line = fit_line(
        yi,
        vi,
        np.column_stack([np.ones(counts.k), np.sqrt(vi)]),
        tau2="EE" if free else tau2,
        test="hksj" if free else choices.test,
        level=choices.level,
        predictor="the standard error",
    )
    return as_regression_test(
        line,
        method=f"{method} ({'weighted regression' if free else 'meta-regression'} on the standard error)",
        model=kind,
        predictor="sei",
        k=counts.k,
        terms=("Intercept", "sei"),
        vanishes=True,
        tau2_method="EE" if free else choices.tau2_method,
        test="hksj" if free else choices.test,
        level=choices.level,
        cautions=small,
    )


def schwarzer(table: pd.DataFrame, *, add: float = 0.5, force: bool = False, **columns: Any) -> RankTest:
    r"""Test for asymmetry on the counts alone (Schwarzer).

    Given its margins, the events of group 1 in each table have a noncentral hypergeometric distribution. At the
    Mantel–Haenszel odds ratio its mean E and variance V are found; the test is Kendall's tau between
    :math:`(a - E)/\sqrt{V}` and :math:`1/V`, with the normal approximation.

    Parameters
    ----------
    table, force, **columns
        As for `evidence.diagnose.small_study.harbord`.
    add : float
        What is added to the cells of tables with a zero for the Mantel–Haenszel odds ratio, which does not need it:
        half an event as in meta, or 0. The counts that are tested stay as they are.

    Returns
    -------
    RankTest
        Studies in which nobody, or everybody, had the event are left out. In meta, ``metabias()`` with
        ``method.bias="Schwarzer"``, whose p-value is `pvalue_normal`.

    Raises
    ------
    InputError
        With fewer than ten studies unless forced, or where the Mantel–Haenszel odds ratio is 0 or infinite.

    References
    ----------
    Schwarzer G, Antes G, Schumacher M (2007). A test for publication bias in meta-analysis with sparse binary data.
    doi:10.1002/sim.2588.

    Examples
    --------
    >>> import pandas as pd
    >>> trials = pd.DataFrame({"events1": [0, 4, 10, 30], "n1": [20, 40, 90, 200],
    ...                        "events2": [5, 9, 14, 34], "n2": [20, 40, 90, 200]})
    >>> round(schwarzer(trials, force=True).pvalue_normal, 4)
    0.0415
    """
    counts = read_two_by_two(table, columns)
    small = check_enough(counts.k, what="Schwarzer's test", force=force)
    odds_ratio = _mantel_haenszel(counts, add)
    mean, variance = np.array(
        [
            conditional_moments(n1, n2, events, odds_ratio)
            for n1, n2, events in zip(counts.n1, counts.n2, counts.events, strict=True)
        ]
    ).T
    found = rank_correlation((counts.a - mean) / np.sqrt(variance), 1 / variance)
    return as_rank_test(
        found,
        method="Schwarzer's rank test of funnel plot asymmetry (counts)",
        k=counts.k,
        cautions=(*small, *counts.cautions()),
        excluded=counts.excluded,
    )


def conditional_moments(n1: float, n2: float, events: float, odds_ratio: float) -> tuple[float, float]:
    """Return mean and variance of the events of group 1, given group sizes, all events, and the odds ratio.

    Examples
    --------
    >>> mean, variance = conditional_moments(10, 10, 4, 1.0)
    >>> round(mean, 6), round(variance, 6)
    (2.0, 0.842105)
    """
    low, high = max(0.0, events - n2), min(n1, events)
    x = np.arange(low, high + 0.5)
    log_weight = x * math.log(odds_ratio) - (
        gammaln(x + 1) + gammaln(n1 - x + 1) + gammaln(events - x + 1) + gammaln(n2 - events + x + 1)
    )
    weight = np.exp(log_weight - log_weight.max())
    mean = float((weight * x).sum() / weight.sum())
    return mean, float((weight * (x - mean) ** 2).sum() / weight.sum())


def _mantel_haenszel(counts: TwoByTwo, add: float) -> float:
    if isinstance(add, bool) or not isinstance(add, (int, float)) or not 0 <= add < math.inf:
        raise InputError(f"add={add!r} must be a finite number, 0 or more")
    cells = np.array([counts.a, counts.b, counts.c, counts.d])
    a, b, c, d = correct_zero_cells(cells, add=add, to="only0").cells
    n = a + b + c + d
    above, below = (a * d / n).sum(), (b * c / n).sum()
    if above == 0 or below == 0:
        value = "undefined" if above == below else "0" if above == 0 else "infinite"
        raise InputError(f"there is no test: the Mantel–Haenszel odds ratio is {value}")
    return float(above / below)
