"""Wald tests and intervals for the coefficients of a likelihood fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from ..pool.prediction import critical_value

if TYPE_CHECKING:
    from ..pool.core import Array
    from ..pool.design import Design

__all__ = ["WaldInference", "wald_inference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaldInference:
    """Coefficients and what is said about them.

    Attributes
    ----------
    coef, se, statistic, pvalue, ci_low, ci_high : array, shape (p,)
        Estimates, standard errors, z or t statistics, two-sided p-values, limits.
    vcov : array, shape (p, p)
        Covariance matrix of the coefficients.
    df : float
        Degrees of freedom of t; infinite for z.
    qm, qm_df, qm_df2, qm_pvalue : float
        The joint test of all moderators: chi-squared on `qm_df`, or F on `qm_df` and `qm_df2` (infinite for the
        chi-squared test). NaN without moderators.
    """

    coef: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    vcov: Array
    df: float
    qm: float
    qm_df: float
    qm_df2: float
    qm_pvalue: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for values in (self.coef, self.se, self.statistic, self.pvalue, self.ci_low, self.ci_high, self.vcov):
            values.setflags(write=False)


def wald_inference(coef: Array, vcov: Array, design: Design, *, k: int, test: str, level: float) -> WaldInference:
    """Test the coefficients and all moderators together.

    Parameters
    ----------
    coef, vcov : array, shape (p,) and (p, p)
        Estimates and their covariance.
    design : Design
        Names of the columns, and which is the intercept.
    k : int
        Studies.
    test : {"z", "t"}
        Normal and chi-squared, or t and F with k − p degrees of freedom.
    level : float
        Confidence level.
    """
    p = len(coef)
    df = math.inf if test == "z" else float(k - p)
    se = np.sqrt(np.diag(vcov))
    statistic = coef / se
    tail = ndtr(-np.abs(statistic)) if math.isinf(df) else stdtr(df, -np.abs(statistic))
    half = critical_value(df, level) * se
    tested = [column for column in range(p) if column != design.intercept] if design.has_moderators else []
    qm, qm_p = math.nan, math.nan
    if tested:
        part = coef[tested]
        qm = float(part @ np.linalg.solve(vcov[np.ix_(tested, tested)], part))
        if math.isinf(df):
            qm_p = float(chdtrc(len(tested), qm))
        else:
            qm /= len(tested)
            qm_p = float(fdtrc(len(tested), df, qm))
    return WaldInference(
        coef=coef.copy(),
        se=se,
        statistic=statistic,
        pvalue=np.asarray(2 * tail, float),
        ci_low=coef - half,
        ci_high=coef + half,
        vcov=vcov.copy(),
        df=df,
        qm=qm,
        qm_df=float(len(tested)) if tested else math.nan,
        qm_df2=df if tested else math.nan,
        qm_pvalue=qm_p,
    )
