"""Begg and Mazumdar's rank correlation test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p
from .data import check_enough, read_data
from .kendall import RankCorrelation, rank_correlation
from .words import ASYMMETRY, about_measure

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from ...pool import PooledResult
    from ...pool.core import Array

__all__ = ["RankTest", "as_rank_test", "begg", "standardised"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RankTest(Carded):
    """A rank correlation between effects and their precision.

    Attributes
    ----------
    method : str
        The test in words.
    k : int
        Number of studies.
    tau : float
        Kendall's tau-b.
    score, score_se : float
        Concordant less discordant pairs, and its standard error without association, ties allowed for.
    statistic : float
        Their ratio, a z without continuity correction.
    pvalue : float
        Two-sided; exact where `exact`, else from `statistic`.
    pvalue_normal : float
        Two-sided, from `statistic`.
    exact, ties : bool
        Whether `pvalue` is exact; whether ranks are tied.
    excluded : tuple of str
        Studies that the test could not use.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    method: str
    k: int
    tau: float
    score: float
    score_se: float
    statistic: float
    pvalue: float
    pvalue_normal: float
    exact: bool
    ties: bool
    excluded: tuple[str, ...]
    cautions: tuple[str, ...]

    def _card(self) -> Card:
        return Card(
            title=self.method,
            facts=(
                ("Kendall's tau", show_number(self.tau)),
                ("p-value", f"{format_p(self.pvalue)} ({'exact' if self.exact else 'normal approximation'})"),
                ("k", str(self.k)),
                ("score", f"{show_number(self.score)} (SE {show_number(self.score_se)})"),
                ("z", f"{show_number(self.statistic)}, {format_p(self.pvalue_normal)}"),
            ),
            notes=(f"Left out: {', '.join(self.excluded)}.",) if self.excluded else (),
            cautions=self.cautions,
        )


def begg(fit: PooledResult | pd.DataFrame | ArrayLike, vi: ArrayLike | None = None, *, force: bool = False) -> RankTest:
    r"""Test for funnel plot asymmetry by rank correlation.

    Kendall's tau between the standardised effects :math:`(y_i - \bar y)/\sqrt{v_i - 1/\sum w}` and the variances
    :math:`v_i`, with :math:`\bar y` the equal-effects estimate and :math:`w_i = 1/v_i`. Without ties, and for up to
    500 studies, the p-value is exact.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    force : bool
        Whether to test fewer than ten studies.

    Returns
    -------
    RankTest

    Raises
    ------
    InputError
        With moderators, fewer than ten studies unless forced, or variances that are all alike.

    Notes
    -----
    metafor's ``ranktest()``; `statistic` and `pvalue_normal` are those of meta's ``metabias(method.bias="Begg")``.

    References
    ----------
    Begg CB, Mazumdar M (1994). Operating characteristics of a rank correlation test for publication bias.
    doi:10.2307/2533446.

    Examples
    --------
    >>> found = begg([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02], force=True)
    >>> found.tau, round(found.pvalue, 4)
    (1.0, 0.0167)
    """
    data = read_data(fit, vi, what="begg()", moderators=False)
    small = check_enough(data.k, what="Begg's test", force=force)
    if np.ptp(data.vi) == 0:
        raise InputError("there is no test: all studies have the same sampling variance")
    found = rank_correlation(standardised(data.yi, data.vi), data.vi)
    return as_rank_test(
        found,
        method="Begg and Mazumdar's rank test of funnel plot asymmetry",
        k=data.k,
        cautions=(*small, *about_measure(data.choices.measure, "vi")),
    )


def as_rank_test(
    found: RankCorrelation, *, method: str, k: int, cautions: tuple[str, ...], excluded: tuple[str, ...] = ()
) -> RankTest:
    """Return a rank correlation as a test; parameters are the attributes of `RankTest`."""
    constant = () if np.isfinite(found.tau) else ("The effects are all alike, so that there is no test.",)
    return RankTest(
        method=method,
        k=k,
        tau=found.tau,
        score=found.score,
        score_se=found.score_se,
        statistic=found.statistic,
        pvalue=found.pvalue,
        pvalue_normal=found.pvalue_normal,
        exact=found.exact,
        ties=found.ties,
        excluded=excluded,
        cautions=(*cautions, *constant, ASYMMETRY),
    )


def standardised(yi: Array, vi: Array) -> Array:
    """Return the deviations from the mean over their standard errors, exact where one study has nearly all weight."""
    w = vi.min() / vi
    others = np.zeros_like(w)
    others[1:] = np.cumsum(w[:-1])
    others[:-1] += np.cumsum(w[:0:-1])[::-1]
    shifted = yi - yi[vi.argmin()]
    deviation = shifted - (w * shifted).sum() / w.sum()
    return np.asarray(deviation / np.sqrt(vi * (others / w.sum())))
