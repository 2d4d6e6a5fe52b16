"""Rücker's limit meta-analysis: what the studies would show if each were infinitely precise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p, format_percent
from ...pool import PooledResult
from ...pool.choices import check_level
from ...vocabulary import LimitAdjustment, check_option
from .data import ENOUGH_STUDIES
from .lines import Line, fit_line
from .words import about_measure

if TYPE_CHECKING:
    from ...pool.core import Array

__all__ = ["LimitResult", "limit_meta_analysis"]

_CANNOT_TELL = (
    "The adjusted effect extrapolates to infinite precision. It takes all association of effects with their precision "
    "for bias, whatever its cause, and its interval does not allow for the uncertainty of τ²."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LimitResult(Carded):
    """A limit meta-analysis.

    Attributes
    ----------
    method : {"beta0", "betalim", "mulim"}
        The adjustment.
    k : int
        Number of studies.
    estimate, se, statistic, pvalue, ci_low, ci_high : float
        The adjusted effect, with a normal test and interval.
    alpha, beta : float
        Intercept and slope of the generalised radial plot: the bias, and the effect without it in a fixed-effect
        sense.
    q, q_small, q_resid : float
        Cochran's Q; its part due to small-study effects, on 1 degree of freedom; the rest, on k − 2.
    q_small_pvalue, q_resid_pvalue : float
        Their chi-squared p-values.
    g2 : float
        The share of the variance of the limit effects that small-study effects do not account for, from 0 to 1.
    tau2 : float
        The between-study variance of the fit.
    limit : array, shape (k,)
        The limit effects: what the studies would show with infinite precision.
    labels : Index of length k
        Names of the studies.
    level : float
        Level of the interval.
    fit : PooledResult
        The fit.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    method: str
    k: int
    estimate: float
    se: float
    statistic: float
    pvalue: float
    ci_low: float
    ci_high: float
    alpha: float
    beta: float
    q: float
    q_small: float
    q_small_pvalue: float
    q_resid: float
    q_resid_pvalue: float
    g2: float
    tau2: float
    limit: Array
    labels: pd.Index
    level: float
    fit: PooledResult
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the adjusted effect."""
        return self.ci_low, self.ci_high

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: yi, sei and the limit effect."""
        return pd.DataFrame({"study": self.labels, "yi": self.fit.yi, "sei": np.sqrt(self.fit.vi), "limit": self.limit})

    def _card(self) -> Card:
        small = f"{show_number(self.q_small)} on 1 df, {format_p(self.q_small_pvalue)}"
        rest = f"{show_number(self.q_resid)} on {self.k - 2} df, {format_p(self.q_resid_pvalue)}"
        interval = f"[{show_number(self.ci_low)}, {show_number(self.ci_high)}], {format_p(self.pvalue)}"
        return Card(
            title=f"Limit meta-analysis ({self.method})",
            facts=(
                ("adjusted effect", f"{show_number(self.estimate)} {interval}"),
                ("unadjusted", f"{show_number(self.fit.estimate)}"),
                ("k", str(self.k)),
                ("Q small-study", small),
                ("Q residual", rest),
                ("G²", format_percent(100 * self.g2, 1)),
                ("bias (alpha)", show_number(self.alpha)),
            ),
            table=self.to_frame(),
            cautions=self.cautions,
        )


def limit_meta_analysis(fit: PooledResult, *, method: str = "beta0", level: float | None = None) -> LimitResult:
    r"""Adjust a random-effects meta-analysis for small-study effects.

    The model is :math:`y_i = β + \sqrt{v_i + τ²}\,(α + ε_i)`. α and β are intercept and slope of the regression of
    :math:`y_i/\sqrt{v_i + τ²}` on :math:`1/\sqrt{v_i + τ²}`; the adjusted effect is :math:`β + τα`, with the standard
    error of that regression for an error variance of 1.

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators of at least three studies; its τ² is used, its test is not.
    method : {"beta0", "betalim", "mulim"}
        :math:`β + τα`; or the slope of the limit effects' radial plot; or their inverse-variance mean.
    level : float, optional
        Level of the interval; that of the fit by default.

    Returns
    -------
    LimitResult

    Raises
    ------
    InputError
        With moderators, fewer than three studies, or standard errors that are all alike.

    Notes
    -----
    ``limitmeta(x, method.adjust=)`` of metasens; the τ² there is that of `x`, by default REML in meta.

    References
    ----------
    Rücker G, Schwarzer G, Carpenter JR, Binder H, Schumacher M (2011). Treatment-effect estimates adjusted for
    small-study effects via a limit meta-analysis. doi:10.1093/biostatistics/kxq046.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.9, 0.6, 0.5, 0.1, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02], tau2="DL")
    >>> found = limit_meta_analysis(fit)
    >>> round(fit.estimate, 3), round(found.estimate, 3), round(found.g2, 3)
    (0.294, -0.047, 0.899)
    """
    kind = check_option("method", method, LimitAdjustment)
    _check(fit)
    level = fit.level if level is None else check_level(level)
    yi, vi, tau2, k = fit.yi, fit.vi, fit.tau2, fit.k
    total = vi + tau2
    # weighted regression on the standard error: its slope is the radial plot's intercept
    plain, general = _radial(yi, vi, level), _radial(yi, total, level)
    alpha, beta = float(general.coef[1]), float(general.coef[0])
    limit = beta + np.sqrt(tau2 / total) * (yi - beta)
    limit.setflags(write=False)
    last = _radial(limit, vi, level)
    if kind == "beta0":
        mean, spread = _moments(1 / np.sqrt(total))
        tau = math.sqrt(tau2)
        estimate = beta + tau * alpha
        # of the regression with error variance 1: var α = 1/k + m²/S, var β = 1/S, cov = −m/S
        se = math.sqrt(tau2 / k + (1 - tau * mean) ** 2 / spread)
    elif kind == "betalim":
        estimate, se = float(last.coef[0]), 1 / math.sqrt(_moments(1 / np.sqrt(vi))[1])
    else:
        w = 1 / vi
        estimate, se = float((w * limit).sum() / w.sum()), math.sqrt(1 / w.sum())
    half = float(ndtri((1 + level) / 2)) * se
    q_resid = plain.scale * (k - 2)
    statistic = estimate / se if se > 0 else math.nan
    return LimitResult(
        method=kind,
        k=k,
        estimate=estimate,
        se=se,
        statistic=statistic,
        pvalue=2 * float(ndtr(-abs(statistic))),
        ci_low=estimate - half,
        ci_high=estimate + half,
        alpha=alpha,
        beta=beta,
        q=fit.q,
        q_small=fit.q - q_resid,
        q_small_pvalue=float(chdtrc(1, max(0.0, fit.q - q_resid))),
        q_resid=q_resid,
        q_resid_pvalue=float(chdtrc(k - 2, q_resid)),
        g2=_unexplained(limit, vi, last.scale * (k - 2)),
        tau2=tau2,
        limit=limit,
        labels=fit.labels,
        level=level,
        fit=fit,
        cautions=_cautions(fit),
    )


def _check(fit: object) -> None:
    if not isinstance(fit, PooledResult):
        raise InputError(f"limit_meta_analysis() takes a fit, such as pool(yi, vi); it was given {type(fit).__name__}")
    if fit.has_moderators:
        raise InputError(
            "limit_meta_analysis() is made for a pooled mean; this fit has moderators "
            f"({', '.join(fit.design.names)}). Give a fit without them"
        )
    if fit.k < 3:
        raise InputError(f"limit_meta_analysis() needs at least three studies; this fit has {fit.k}")


def _radial(yi: Array, vi: Array, level: float) -> Line:
    """Return the radial plot's line as a weighted regression on the standard error."""
    matrix = np.column_stack([np.ones(len(yi)), np.sqrt(vi)])
    return fit_line(yi, vi, matrix, tau2="EE", test="hksj", level=level, predictor="the standard error")


def _moments(precision: Array) -> tuple[float, float]:
    """Return the mean and the sum of squared deviations."""
    mean = float(precision.mean())
    return mean, float(((precision - mean) ** 2).sum())


def _unexplained(limit: Array, vi: Array, residual: float) -> float:
    """Return 1 − R² of the radial plot of the limit effects; NaN where they do not vary there."""
    z = limit / np.sqrt(vi)
    spread = float(((z - z.mean()) ** 2).sum())
    return residual / spread if spread > 0 else math.nan


def _cautions(fit: PooledResult) -> tuple[str, ...]:
    found = []
    if fit.k < ENOUGH_STUDIES:
        found.append(f"{fit.k} studies are too few to extrapolate from; at least {ENOUGH_STUDIES} are advised.")
    if fit.tau2 == 0:
        found.append("With τ² = 0 all limit effects are alike, and the adjusted effect is the slope of Egger's plot.")
    return (*found, *about_measure(fit.measure, "sei"), _CANNOT_TELL)
