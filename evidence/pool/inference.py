"""Tests and intervals for the coefficients of one fit, by statsmodels' weighted least squares.

Given τ², ``WLS(yi, X, weights=1/(vi + tau2))`` with the scale held at 1 is the Wald model, and with the scale
estimated it is that of Hartung, Knapp, Sidik and Jonkman.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError

if TYPE_CHECKING:
    from .core import Array
    from .design import Design

__all__ = ["Inference", "infer", "weighted_least_squares"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    r"""Coefficients and what is said about them.

    Attributes
    ----------
    coef, se, statistic, pvalue, ci_low, ci_high : array, shape (p,)
        Estimates, standard errors, z or t statistics, two-sided p-values, limits.
    vcov : array, shape (p, p)
        Covariance matrix of the coefficients.
    df : float
        Degrees of freedom of t; infinite for z.
    scale : float
        The factor on the variances: :math:`\sum w_i r_i^2/(k-p)` for ``hksj``, that or 1 if larger for
        ``adhoc``, 1 otherwise.
    qm, qm_df, qm_df2, qm_pvalue : float
        The joint test of all moderators: chi-squared on `qm_df`, or F on `qm_df` and `qm_df2` (infinite for the
        chi-squared test). NaN without moderators.
    r2_adjusted : float
        The weighted regression's adjusted R², in percent, not below 0; NaN without moderators, or where the model
        does not contain the mean.
    """

    coef: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    vcov: Array
    df: float
    scale: float
    qm: float
    qm_df: float
    qm_df2: float
    qm_pvalue: float
    r2_adjusted: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for values in (self.coef, self.se, self.statistic, self.pvalue, self.ci_low, self.ci_high, self.vcov):
            values.setflags(write=False)


def infer(yi: Array, vi: Array, design: Design, tau2: float, *, raw_scale: float, test: str, level: float) -> Inference:
    """Test the coefficients of one fit.

    Parameters
    ----------
    yi, vi : array, shape (k,)
        Effects and sampling variances.
    design : Design
        The moderators.
    tau2 : float
        Between-study variance.
    raw_scale : float
        The weighted residual variance (`evidence.pool.core.residual_variance`); NaN for k = p.
    test : {"z", "t", "hksj", "adhoc"}
        Normal; t with k − p degrees of freedom; Hartung–Knapp–Sidik–Jonkman (Knapp and Hartung 2003,
        doi:10.1002/sim.1482); the same with the scale not below 1.
    level : float
        Confidence level.

    Raises
    ------
    InputError
        Where the design is singular to working precision under these weights.
    """
    scale = {"hksj": raw_scale, "adhoc": max(1.0, raw_scale)}.get(test, 1.0)
    k, p = design.matrix.shape
    df = math.inf if test == "z" else float(k - p)
    offset = _offset(yi, vi, design)
    # powers of two: exact, and statsmodels' rank check then sees columns of one size
    unit = np.exp2(np.round(np.log2(np.abs(design.matrix).max(axis=0))))
    fit = _fit(weighted_least_squares(yi - offset, vi, design.matrix / unit, tau2), test=test, scale=scale)
    if k > p and fit.df_resid != k - p:
        raise InputError(
            "the moderators cannot be told apart under these weights: the variances span too many orders of "
            "magnitude, or a moderator hardly varies. Leave out a moderator, or check the variances."
        )
    shift = np.zeros(p)
    if design.intercept >= 0:
        shift[design.intercept] = offset
    coef, vcov = fit.params / unit + shift, fit.cov_params() / np.outer(unit, unit)
    if scale == 0:
        return _degenerate(coef, vcov, df, design)
    single = fit.t_test((np.eye(p), -shift * unit))
    limits = single.conf_int(1 - level) / unit[:, None] + shift[:, None]
    tested = _moderators(design)
    joint = fit.wald_test(np.eye(p)[tested], use_f=test != "z", scalar=True) if tested else None
    return Inference(
        coef=coef,
        se=np.sqrt(np.diag(vcov)),
        statistic=np.ravel(single.tvalue),
        pvalue=np.ravel(single.pvalue),
        ci_low=limits[:, 0],
        ci_high=limits[:, 1],
        vcov=vcov,
        df=df,
        scale=scale,
        qm=float(joint.statistic) if joint is not None else math.nan,
        qm_df=float(len(tested)) if tested else math.nan,
        qm_df2=df if tested else math.nan,
        qm_pvalue=float(joint.pvalue) if joint is not None else math.nan,
        r2_adjusted=_r2_adjusted(fit, yi, design),
    )


def _fit(model: Any, *, test: str, scale: float) -> Any:
    """Return the fitted model: its own scale is Knapp and Hartung's, a fixed scale of 1 is Wald's."""
    if test == "hksj":
        return model.fit()
    return model.fit(cov_type="fixed scale", cov_kwds={"scale": scale}, use_t=test != "z")


def _moderators(design: Design) -> list[int]:
    """Return the columns of the joint test: all but the intercept, and none without moderators."""
    if not design.has_moderators:
        return []
    return [column for column in range(len(design.names)) if column != design.intercept]


def weighted_least_squares(yi: Array, vi: Array, matrix: Array, tau2: float) -> Any:
    """Return the statsmodels ``WLS`` model, not yet fitted."""
    from statsmodels.regression.linear_model import WLS

    return WLS(yi, matrix, weights=1.0 / (vi + tau2))


def _offset(yi: Array, vi: Array, design: Design) -> float:
    """Return the most precise effect, to subtract before fitting where there is an intercept to take it up."""
    return float(yi[vi.argmin()]) if design.intercept >= 0 else 0.0


def _r2_adjusted(fit: Any, yi: Array, design: Design) -> float:
    """Return the adjusted R² in percent, not below 0; NaN where there is no mean to compare with."""
    if not (design.has_moderators and design.spans_mean):
        return math.nan
    return max(0.0, 100 * float(fit.rsquared_adj)) if np.ptp(yi) > 0 else 0.0


def _degenerate(coef: Array, vcov: Array, df: float, design: Design) -> Inference:
    """Return the coefficients of a perfect fit, about which the Knapp–Hartung test can say nothing."""
    nothing, tested = np.full(len(coef), np.nan), len(_moderators(design))
    return Inference(
        coef=coef,
        se=np.zeros(len(coef)),
        statistic=nothing,
        pvalue=nothing,
        ci_low=nothing,
        ci_high=nothing,
        vcov=np.zeros_like(vcov),
        df=df,
        scale=0.0,
        qm=math.nan,
        qm_df=float(tested) if tested else math.nan,
        qm_df2=df if tested else math.nan,
        qm_pvalue=math.nan,
        r2_adjusted=math.nan,
    )
