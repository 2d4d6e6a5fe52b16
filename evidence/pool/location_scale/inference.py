"""Tests and intervals of the scale coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtr

from ..linear_hypotheses import joint_test
from ..prediction import critical_value

if TYPE_CHECKING:
    from ..core import Array
    from ..design import Design

__all__ = ["ScaleInference", "infer_scale"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleInference:
    """Scale coefficients and what is said about them.

    Attributes
    ----------
    coef, se, statistic, pvalue, ci_low, ci_high : array, shape (q,)
        Estimates, standard errors, z or t statistics, two-sided p-values, limits.
    vcov : array, shape (q, q)
        Covariance matrix: the inverse of the observed information, the location profiled or integrated out. NaN where
        a τ² is on the boundary.
    df : float
        Degrees of freedom of t, k − q; infinite for z.
    qs, qs_df, qs_df2, qs_pvalue : float
        The joint test of all scale variables (of the intercept, where there is nothing else): chi-squared on `qs_df`,
        or F on `qs_df` and `qs_df2`.
    """

    coef: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    vcov: Array
    df: float
    qs: float
    qs_df: float
    qs_df2: float
    qs_pvalue: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for values in (self.coef, self.se, self.statistic, self.pvalue, self.ci_low, self.ci_high, self.vcov):
            values.setflags(write=False)


def infer_scale(coef: Array, vcov: Array, *, design: Design, df: float, level: float) -> ScaleInference:
    """Test the scale coefficients.

    Parameters
    ----------
    coef, vcov : array, shape (q,) and (q, q)
        Estimates and their covariance.
    design : Design
        The scale design.
    df : float
        Degrees of freedom; infinite for the normal distribution.
    level : float
        Confidence level.
    """
    se = np.sqrt(np.diag(vcov))
    statistic = coef / se
    lower = -np.abs(statistic)
    half = critical_value(df, level) * se
    tested = [place for place in range(len(coef)) if place != design.intercept] or [0]
    joint = joint_test(coef[tested], vcov[np.ix_(tested, tested)], df)
    return ScaleInference(
        coef=coef,
        se=se,
        statistic=statistic,
        pvalue=np.asarray(2 * (ndtr(lower) if math.isinf(df) else stdtr(df, lower))),
        ci_low=coef - half,
        ci_high=coef + half,
        vcov=vcov,
        df=df,
        qs=joint.statistic,
        qs_df=joint.df,
        qs_df2=joint.df2,
        qs_pvalue=joint.pvalue,
    )
