r"""Tests and intervals for the coefficients of one fit.

Given τ², the coefficients are those of weighted least squares with the weights :math:`w_i = 1/(v_i + τ²)`, and their
covariance is :math:`s (X'WX)^{-1}`: with s = 1 that of Wald, with the residual variance that of Hartung, Knapp, Sidik
and Jonkman. Given weights a take the place of w in the coefficients,
:math:`(X'AX)^{-1} X'Ay`, whose covariance is :math:`s (X'AX)^{-1} X'A (V + τ²I) A X (X'AX)^{-1}`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from ..errors import InputError
from .core import project, residual_variance, trace_pp
from .prediction import critical_value
from .tau2 import estimate_tau2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .core import Array, Batch, Projection
    from .design import Design

__all__ = ["MEAN_ONLY", "Inference", "column_units", "infer", "infer_single", "weighted_least_squares"]

# tests that are defined for a mean with inverse-variance weights only
MEAN_ONLY = ("adhoc-ci", "adhoc-iqwig6", "kr")
# the smallest variance whose digits are sure to be kept
_LEAST = 1e-305


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    r"""Coefficients and what is said about them.

    Attributes
    ----------
    coef, se, statistic, pvalue, ci_low, ci_high : array, shape (p,)
        Estimates, standard errors, z or t statistics, two-sided p-values, limits.
    vcov, root : array, shape (p, p)
        Covariance matrix of the coefficients, and a matrix R with :math:`RR'` equal to it: standard errors of
        combinations that R gives do not lose to cancellation what those of the covariance matrix lose.
    df : float
        Degrees of freedom of t; infinite for z.
    scale : float
        The factor on the variances: :math:`\sum w_i r_i^2/(k-p)` for ``hksj``, that or 1 if larger for
        ``adhoc``, 1 otherwise.
    qm, qm_df, qm_df2, qm_pvalue : float
        The joint test of all moderators: chi-squared on `qm_df`, or F on `qm_df` and `qm_df2` (infinite for the
        chi-squared test). NaN without moderators.
    r2_adjusted : float
        The weighted regression's adjusted R², by the weights of the coefficients, in percent, not below 0; NaN without
        moderators, or where the model does not contain the mean.
    raw_scale : float
        :math:`\sum w_i r_i^2/(k-p)`, whatever the test; NaN with one study.
    """

    coef: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    vcov: Array
    root: Array
    df: float
    scale: float
    qm: float
    qm_df: float
    qm_df2: float
    qm_pvalue: float
    r2_adjusted: float
    raw_scale: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for values in (self.coef, self.se, self.statistic, self.pvalue, self.ci_low, self.ci_high):
            values.setflags(write=False)
        self.vcov.setflags(write=False)
        self.root.setflags(write=False)


def column_units(matrix: Array) -> Array:
    """Return a power of two for each column of a design: dividing by it is exact and brings the columns to one size."""
    return np.asarray(np.exp2(np.round(np.log2(np.abs(matrix).max(axis=0)))))


def infer(batch: Batch, tau2: float, *, design: Design, test: str, level: float, weights: Array | None) -> Inference:
    """Test the coefficients of one fit.

    Parameters
    ----------
    batch : Batch
        One meta-analysis, its design divided by `column_units`.
    tau2 : float
        Between-study variance, in the units of the data.
    design : Design
        The moderators.
    test : str
        ``"z"``; ``"t"`` with k − p degrees of freedom; ``"hksj"`` Hartung–Knapp–Sidik–Jonkman (Knapp and Hartung 2003,
        doi:10.1002/sim.1482); ``"adhoc"`` the same with its scale not below 1; ``"adhoc-ci"`` the same, or the normal
        interval where that is wider; ``"adhoc-iqwig6"`` as ``"adhoc"`` where the interval would be narrower than the
        normal one of DerSimonian and Laird, else as ``"hksj"``; ``"kr"`` Kenward–Roger (Partlett and Riley 2017,
        doi:10.1002/sim.7140).
    level : float
        Confidence level.
    weights : array, shape (1, k), or None
        Given weights; None for the inverse of the variances.

    Raises
    ------
    InputError
        Where the design is singular to working precision under these weights, or the covariances of the coefficients
        are beyond the range of floating-point numbers.
    """
    fit = project(batch.y, batch.v, batch.x, np.array([tau2]) / batch.unit)
    raw = float(residual_variance(batch, fit)[0])
    _check_rank(fit, len(batch.y[0]))
    coef, root = _least_squares(batch, fit, tau2, weights)
    scale, df = _scale_and_df(batch, fit, test=test, raw=raw, level=level)
    unit, columns = math.sqrt(float(batch.unit[0])), column_units(design.matrix)
    to_data = unit / columns
    if design.has_moderators:
        _check_range(np.linalg.norm(root, axis=1), to_data, design.names)
    root = root * math.sqrt(scale)
    if test == "kr":
        variance, df = _kenward_roger(fit)
        root = np.array([[math.sqrt(variance)]])
    if scale > 0:
        _check_squares(np.linalg.norm(root, axis=1) * to_data)
    coef = coef * unit
    if batch.intercept >= 0:
        # a constant moderator that is no intercept by name takes up the offset too
        coef[batch.intercept] += float(batch.offset[0])
    coef = coef / columns
    return _tested(
        coef,
        root * to_data[:, None],
        design=design,
        df=df,
        scale=scale,
        raw=raw,
        level=level,
        r2_adjusted=_r2_adjusted(batch, 1 / fit.w if weights is None else 1 / weights, design),
    )


def infer_single(yi: float, variance: float, *, design: Design, level: float) -> Inference:
    """Return the normal test and interval of one study's own effect."""
    return _tested(
        np.array([yi]),
        np.array([[math.sqrt(variance)]]),
        design=design,
        df=math.inf,
        scale=1.0,
        raw=math.nan,
        level=level,
        r2_adjusted=math.nan,
    )


def weighted_least_squares(yi: Array, vi: Array, matrix: Array, tau2: float) -> Any:
    """Return the statsmodels ``WLS`` model, not yet fitted."""
    from statsmodels.regression.linear_model import WLS

    return WLS(yi, matrix, weights=1.0 / (vi + tau2))


def _tested(
    coef: Array,
    root: Array,
    *,
    design: Design,
    df: float,
    scale: float,
    raw: float,
    level: float,
    r2_adjusted: float,
) -> Inference:
    """Return tests and intervals; none where the scale is 0, a perfect fit about which nothing can be said."""
    se, vcov = np.linalg.norm(root, axis=1), root @ root.T
    unusable = np.full(len(coef), np.nan)
    statistic = coef / se if scale > 0 else unusable
    lower = -np.abs(statistic)
    half = critical_value(df, level) * se if scale > 0 else unusable
    tested = _moderators(design)
    qm, qm_pvalue = _joint(coef[tested], root[tested], df) if tested and scale > 0 else (math.nan, math.nan)
    return Inference(
        coef=coef,
        se=se,
        statistic=statistic,
        pvalue=np.asarray(2 * (ndtr(lower) if math.isinf(df) else stdtr(df, lower))),
        ci_low=coef - half,
        ci_high=coef + half,
        vcov=vcov,
        root=root,
        df=df,
        scale=scale,
        qm=qm,
        qm_df=float(len(tested)) if tested else math.nan,
        qm_df2=df if tested else math.nan,
        qm_pvalue=qm_pvalue,
        r2_adjusted=r2_adjusted if scale > 0 else math.nan,
        raw_scale=raw,
    )


def _check_rank(fit: Projection, k: int) -> None:
    if fit.root is None:
        return
    sizes = np.linalg.svd(fit.root[0], compute_uv=False)
    if sizes[-1] <= sizes[0] * k * np.finfo(float).eps:
        raise InputError(
            "the moderators cannot be told apart under these weights: the variances span too many orders of "
            "magnitude, or a moderator hardly varies. Leave out a moderator, subtract its mean, or check the variances."
        )


def _check_range(sizes: Array, to_data: Array, names: Sequence[str]) -> None:
    """Refuse standard errors whose squares would leave the range of floating-point numbers, or be 0."""
    with np.errstate(over="ignore", under="ignore"):
        variances = np.square(sizes * to_data)
    outside = [name for name, variance in zip(names, variances, strict=True) if not _LEAST < variance < 1 / _LEAST]
    if outside:
        raise InputError(
            f"the variance of the coefficient of {', '.join(outside)} is too large or too small to compute with; "
            "give the moderator in another unit"
        )


def _check_squares(se: Array) -> None:
    """Refuse standard errors whose squares would be rounded to 0."""
    if se.min() < math.sqrt(_LEAST):
        raise InputError(
            f"the standard error {se.min():.3g} is too small to square: give effects and variances in another unit"
        )


def _least_squares(batch: Batch, fit: Projection, tau2: float, weights: Array | None) -> tuple[Array, Array]:
    """Return the coefficients and a root of their covariance with a scale of 1, in the batch's units."""
    if weights is None:
        if fit.root is None:
            return fit.coef[0].copy(), 1 / np.sqrt(fit.total[:, None])
        return fit.coef[0].copy(), np.linalg.solve(fit.root[0], np.eye(batch.p))
    own = project(batch.y, 1 / weights, batch.x, np.zeros(1))
    noise = weights * (batch.v + tau2 / batch.unit[:, None])
    if own.basis is None or own.root is None:
        return own.coef[0].copy(), (np.sqrt((weights * noise).sum(axis=1)) / own.total)[:, None]
    _check_rank(own, len(batch.y[0]))
    inverse = np.linalg.solve(own.root[0], np.eye(batch.p))
    spread = own.basis[0] * np.sqrt(noise[0])[:, None]
    return own.coef[0].copy(), inverse @ np.asarray(np.linalg.qr(spread, mode="r")).T


def _scale_and_df(batch: Batch, fit: Projection, *, test: str, raw: float, level: float) -> tuple[float, float]:
    """Return the factor on the variances and the degrees of freedom that a test asks for."""
    df = float(batch.df[0])
    match test:
        case "z":
            return 1.0, math.inf
        case "hksj":
            return raw, df
        case "adhoc":
            return max(1.0, raw), df
        case "adhoc-ci":
            narrower = critical_value(df, level) * math.sqrt(raw) < critical_value(math.inf, level)
            return (1.0, math.inf) if narrower else (raw, df)
        case "adhoc-iqwig6":
            usual = project(batch.y, batch.v, batch.x, estimate_tau2(batch, "DL").tau2 / batch.unit)
            half = critical_value(df, level) * math.sqrt(raw / float(fit.total[0]))
            narrower = half < critical_value(math.inf, level) / math.sqrt(float(usual.total[0]))
            return max(1.0, raw) if narrower else raw, df
    return 1.0, df


def _kenward_roger(fit: Projection) -> tuple[float, float]:
    r"""Return the variance of the mean and the degrees of freedom, in the batch's units.

    With :math:`S_j = \sum w_i^j` and the expected information :math:`I = \tfrac12 \mathrm{tr} PP` of τ², the variance
    is :math:`1/S_1 + 2 (S_3 - S_2^2/S_1)/(S_1^2 I)` and the degrees of freedom are :math:`2 I/(\mathrm{var} S_2)^2`.
    """
    w, total = fit.w[0], float(fit.total[0])
    information = 0.5 * float(trace_pp(fit)[0])
    squares = float((w * w).sum())
    excess = float((w * np.square(w - squares / total)).sum())
    variance = 1 / total + 2 * excess / (total * total * information)
    return variance, 2 * information / (variance * squares) ** 2


def _joint(coef: Array, root: Array, df: float) -> tuple[float, float]:
    """Return the joint test of some coefficients: chi-squared, or F where the test uses t.

    `root` has their rows of the root of the covariance. NaN where they cannot be told apart.
    """
    number, size = len(coef), np.linalg.norm(root, axis=1)
    # not from the covariance matrix, whose condition is the square of that of its root
    triangle = np.asarray(np.linalg.qr((root / size[:, None]).T, mode="r"))
    if np.abs(np.diag(triangle)).min() <= number * np.finfo(float).eps:
        return math.nan, math.nan
    standard = np.linalg.solve(triangle.T, coef / size)
    statistic = float(standard @ standard)
    if math.isinf(df):
        return statistic, float(chdtrc(number, statistic))
    return statistic / number, float(fdtrc(number, df, statistic / number))


def _moderators(design: Design) -> list[int]:
    """Return the columns of the joint test: all but the intercept, and none without moderators."""
    if not design.has_moderators:
        return []
    return [column for column in range(len(design.names)) if column != design.intercept]


def _r2_adjusted(batch: Batch, variance: Array, design: Design) -> float:
    """Return the adjusted R² in percent, not below 0; NaN where there is no mean to compare with.

    `variance` is the inverse of the weights with which the coefficients were found.
    """
    if not (design.has_moderators and design.spans_mean):
        return math.nan
    if np.ptp(batch.y) == 0:
        return 0.0
    zero = np.zeros(1)
    residual, total = (float(project(batch.y, variance, x, zero).q[0]) for x in (batch.x, None))
    k = float(batch.k[0])
    return 100 * max(0.0, 1 - (k - 1) / float(batch.df[0]) * residual / total)
