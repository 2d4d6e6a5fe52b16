"""p-uniform: the effect under which the significant effects look as they should."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, gammainc, gammaincc, gammainccinv, gammaincinv, ndtr

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p
from ...pool.choices import check_level
from ...vocabulary import FunnelSide, PUniformMethod, check_option
from ..small_study.data import ENOUGH_STUDIES, read_data
from .conditional import critical_statistic, make_conditional
from .irwin_hall import irwin_hall_quantile
from .p_uniform_star import check_alpha
from .uniformity import anderson_darling_estimate, conditional_log_p, kolmogorov_smirnov_estimate, solve_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ...pool import PooledResult
    from ...pool.core import Array

__all__ = ["PUniform", "p_uniform"]

_ASSUMED = (
    "p-uniform supposes one true effect: with heterogeneity it overestimates the mean; p_uniform_star() estimates both."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PUniform(Carded):
    """An estimate by p-uniform.

    Attributes
    ----------
    method : {"P", "LNP", "LN1MINP", "KS", "AD", "ML"}
        The estimator.
    side : {"right", "left"}
        The side on which significant effects are favoured.
    alpha : float
        The two-sided level of the studies' tests.
    k, k_significant : int
        Studies, and those significant on that side, which are all that is used.
    estimate, ci_low, ci_high : float
        The effect and its interval; none for KS and AD.
    statistic, pvalue : float
        One-sided test of no effect (two-sided for ML); NaN for KS and AD.
    bias_statistic, bias_pvalue : float
        One-sided test of the fixed-effect estimate of all studies (two-sided for ML); NaN for KS and AD.
    fixed_estimate, fixed_se : float
        That estimate.
    level : float
        Level of the interval.
    conditional_p : array, shape (k_significant,)
        p-values given significance, at the estimate.
    significant : array of bool, shape (k,)
        Which studies are significant.
    labels : Index of length k
        Names of the studies.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    method: str
    side: str
    alpha: float
    k: int
    k_significant: int
    estimate: float
    ci_low: float
    ci_high: float
    statistic: float
    pvalue: float
    bias_statistic: float
    bias_pvalue: float
    fixed_estimate: float
    fixed_se: float
    level: float
    conditional_p: Array
    significant: NDArray[np.bool_]
    labels: pd.Index
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the effect."""
        return self.ci_low, self.ci_high

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: whether it is significant, and its conditional p-value at the estimate."""
        p = np.full(self.k, np.nan)
        p[self.significant] = self.conditional_p
        return pd.DataFrame({"study": self.labels, "significant": self.significant, "conditional_p": p})

    def _card(self) -> Card:
        limits = f"[{show_number(self.ci_low)}, {show_number(self.ci_high)}]"
        return Card(
            title=f"p-uniform ({self.method})",
            facts=(
                ("effect", f"{show_number(self.estimate)} {limits}, {format_p(self.pvalue)}"),
                ("bias test", f"{show_number(self.bias_statistic)}, {format_p(self.bias_pvalue)}"),
                ("fixed effect", f"{show_number(self.fixed_estimate)} (SE {show_number(self.fixed_se)})"),
                ("k", f"{self.k}, {self.k_significant} significant on the {self.side}"),
            ),
            table=self.to_frame(),
            cautions=self.cautions,
        )


def p_uniform(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    side: str = "right",
    method: str = "P",
    alpha: float = 0.05,
    level: float | None = None,
) -> PUniform:
    r"""Estimate the effect under which conditional p-values of significant effects are uniform.

    With :math:`q_i(μ) = P(Y > y_i \mid μ) / P(Y > c\sqrt{v_i} \mid μ)` for the significant studies, ``"P"`` solves
    :math:`\sum q_i = k/2`, ``"LNP"`` :math:`-\sum \log q_i = k` and ``"LN1MINP"`` :math:`-\sum \log(1 - q_i) = k`;
    their intervals are where the sum is at the quantiles of the Irwin–Hall and the gamma distributions. ``"KS"`` and
    ``"AD"`` minimise the Kolmogorov–Smirnov and Anderson–Darling distances from uniformity; ``"ML"`` maximises the
    conditional likelihood.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    side : {"right", "left"}
        Whether positive or negative significant effects are favoured.
    method : {"P", "LNP", "LN1MINP", "KS", "AD", "ML"}
        The estimator.
    alpha : float
        The level of the studies' two-sided tests; for one-sided tests twice theirs.
    level : float, optional
        Level of the interval; that of the fit, or 0.95.

    Returns
    -------
    PUniform

    Raises
    ------
    InputError, OptionError, RowError
        Where values or options cannot be used, or no study is significant on this side.
    ConvergenceError
        Where ML has no maximum that could be found.

    Notes
    -----
    ``puniform::puniform(yi=, vi=, side=, method=, alpha=)``: `statistic` is ``L.0``, for P a normal approximation, and
    `bias_statistic` ``L.pb``. KS is solved exactly: of the two one-sided distances one falls and the other rises with
    the effect, and their larger is least where they are equal.

    References
    ----------
    van Assen MALM, van Aert RCM, Wicherts JM (2015). Meta-analysis using effect size distributions of only
    statistically significant studies. doi:10.1037/met0000025.
    van Aert RCM, Wicherts JM, van Assen MALM (2016). Conducting meta-analyses based on p values.
    doi:10.1177/1745691616650874.

    Examples
    --------
    >>> found = p_uniform([0.62, 0.55, 0.48, 0.71, 0.33, 0.05], [0.04, 0.05, 0.03, 0.06, 0.02, 0.01])
    >>> found.k_significant, round(found.estimate, 3), round(found.pvalue, 3)
    (5, 0.404, 0.006)
    """
    check_option("side", side, FunnelSide)
    check_option("method", method, PUniformMethod)
    alpha = check_alpha(alpha)
    data = read_data(fit, vi, what="p_uniform()", moderators=False)
    level = data.choices.level if level is None else check_level(level)
    sign = 1 if side == "right" else -1
    y = sign * data.yi
    significant = np.asarray(ndtr(-y / data.sei) < alpha / 2)
    if not significant.any():
        raise InputError(f"no study is significant on the {side} at alpha={alpha:g}: p-uniform uses only such studies")
    critical = critical_statistic(alpha)
    weight = data.vi.min() / data.vi
    fixed = float((weight * y).sum() / weight.sum())
    own, variance = y[significant], data.vi[significant]
    find = _by_likelihood if method == "ML" else _by_uniformity
    estimate, limits, test, bias = find(own, variance, critical, method, level, fixed)
    low, high = sorted((sign * limits[0], sign * limits[1]))
    p = np.exp(conditional_log_p(estimate, own, np.sqrt(variance), critical))
    for values in (p, significant):
        values.setflags(write=False)
    return PUniform(
        method=method,
        side=side,
        alpha=alpha,
        k=data.k,
        k_significant=len(own),
        estimate=sign * estimate,
        ci_low=low,
        ci_high=high,
        statistic=test[0],
        pvalue=test[1],
        bias_statistic=bias[0],
        bias_pvalue=bias[1],
        fixed_estimate=sign * fixed,
        fixed_se=math.sqrt(float(data.vi.min() / weight.sum())),
        level=level,
        conditional_p=p,
        significant=significant,
        labels=data.labels,
        cautions=_cautions(own, variance, alpha, estimate),
    )


_Pair = tuple[float, float]


def _by_likelihood(
    y: Array, v: Array, critical: float, method: str, level: float, fixed: float
) -> tuple[float, _Pair, _Pair, _Pair]:
    """Return estimate, interval and tests by the conditional likelihood."""
    conditional = make_conditional(y, v, np.ones(len(y), dtype=bool), critical, heterogeneous=False)
    top = conditional.maximum()
    tests = []
    for null in (0.0, fixed):
        statistic = max(0.0, 2 * (top.loglik - conditional.at(null, 0.0)))
        tests.append((statistic, float(chdtrc(1, statistic))))
    return float(top.place[0] * conditional.unit), conditional.mean_limits(top, level), tests[0], tests[1]


def _by_uniformity(
    y: Array, v: Array, critical: float, method: str, level: float, fixed: float
) -> tuple[float, _Pair, _Pair, _Pair]:
    """Return estimate, interval and tests from the uniformity of conditional p-values."""
    sei, nothing = np.sqrt(v), (math.nan, math.nan)
    if method == "KS":
        return kolmogorov_smirnov_estimate(y, sei, critical), nothing, nothing, nothing
    if method == "AD":
        return anderson_darling_estimate(y, sei, critical), nothing, nothing, nothing
    k, tail = len(y), (1 - level) / 2
    if method == "P":
        low = irwin_hall_quantile(tail, k)
        targets = (k / 2, low, k - low)
    elif method == "LNP":
        targets = (k, float(gammainccinv(k, tail)), float(gammaincinv(k, tail)))
    else:
        targets = (k, float(gammaincinv(k, tail)), float(gammainccinv(k, tail)))
    estimate, low, high = (solve_mean(method, target, y, sei, critical) for target in targets)
    effect, bias = (_sum(method, conditional_log_p(mean, y, sei, critical)) for mean in (0.0, fixed))
    return estimate, (low, high), (effect[0], effect[1]), (bias[0], bias[2])


def _sum(method: str, log_q: Array) -> tuple[float, float, float]:
    """Return the statistic, and the probabilities of as strong evidence for a larger and for a smaller effect."""
    k = len(log_q)
    if method == "P":
        z = float((np.exp(log_q).sum() - k / 2) / math.sqrt(k / 12))
        return z, float(ndtr(z)), float(ndtr(-z))
    if method == "LNP":
        total = float(-log_q.sum())
        return total, float(gammaincc(k, total)), float(gammainc(k, total))
    total = float(-np.log(-np.expm1(log_q)).sum())
    return total, float(gammainc(k, total)), float(gammaincc(k, total))


def _cautions(y: Array, v: Array, alpha: float, estimate: float) -> tuple[str, ...]:
    found = []
    k = len(y)
    if k < ENOUGH_STUDIES:
        found.append(f"The estimate rests on {k} significant {'study' if k == 1 else 'studies'}.")
    if 2 * float(ndtr(-y / np.sqrt(v)).mean()) > alpha / 2:
        found.append(
            f"The mean p-value of the significant studies is above {alpha / 2:g}: the authors of the method advise to "
            "take the effect as 0 then (doi:10.1177/1745691616650874)."
        )
    if abs(estimate) > 2 * float(np.abs(y).max()):
        found.append("The estimate lies far outside of the effects: p-values just below alpha push it without limit.")
    return (*found, _ASSUMED)
