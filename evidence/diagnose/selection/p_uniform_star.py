"""p-uniform*: mean and heterogeneity from effects given whether they are significant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p
from ...pool.choices import check_level
from ...pool.core import make_batch, project
from ...pool.tau2 import estimate_tau2
from ...vocabulary import FunnelSide, check_option
from ..small_study.data import ENOUGH_STUDIES, read_data
from .conditional import critical_statistic, make_conditional

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ...pool import PooledResult
    from ...pool.core import Array

__all__ = ["PUniformStar", "check_alpha", "p_uniform_star"]

_ASSUMED = (
    "p-uniform* supposes that significant effects are all equally likely to be seen, and so are the others; selection "
    "within them, for size or for other thresholds, biases it."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PUniformStar(Carded):
    """Estimates by p-uniform*.

    Attributes
    ----------
    side : {"right", "left"}
        The side on which significant effects are favoured.
    alpha : float
        The two-sided level of the studies' tests.
    k, k_significant : int
        Studies, and those significant on that side.
    estimate, se, ci_low, ci_high : float
        The mean effect, its standard error from the observed information, and its profile-likelihood interval.
    statistic, pvalue : float
        Likelihood-ratio test of no effect, on 1 degree of freedom.
    tau2, tau2_ci_low, tau2_ci_high : float
        Between-study variance, and its profile-likelihood interval.
    tau2_statistic, tau2_pvalue : float
        Likelihood-ratio test of τ² = 0; its p-value is half that of chi-squared on 1 degree of freedom, as τ² = 0 is a
        bound.
    bias_statistic, bias_pvalue : float
        Likelihood-ratio test of the usual random-effects estimates (τ² by Paule and Mandel), on 2 degrees of freedom.
    loglik : float
        The conditional log-likelihood.
    level : float
        Level of the intervals.
    significant : array of bool, shape (k,)
        Which studies are significant.
    labels : Index of length k
        Names of the studies.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    side: str
    alpha: float
    k: int
    k_significant: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    pvalue: float
    tau2: float
    tau2_ci_low: float
    tau2_ci_high: float
    tau2_statistic: float
    tau2_pvalue: float
    bias_statistic: float
    bias_pvalue: float
    loglik: float
    level: float
    significant: NDArray[np.bool_]
    labels: pd.Index
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the mean effect."""
        return self.ci_low, self.ci_high

    @property
    def tau2_ci(self) -> tuple[float, float]:
        """Interval of τ²."""
        return self.tau2_ci_low, self.tau2_ci_high

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: whether it is significant."""
        return pd.DataFrame({"study": self.labels, "significant": self.significant})

    def _card(self) -> Card:
        limits = f"[{show_number(self.ci_low)}, {show_number(self.ci_high)}]"
        between = f"[{show_number(self.tau2_ci_low)}, {show_number(self.tau2_ci_high)}]"
        return Card(
            title="p-uniform*",
            facts=(
                ("effect", f"{show_number(self.estimate)} {limits}, {format_p(self.pvalue)}"),
                ("tau²", f"{show_number(self.tau2)} {between}, {format_p(self.tau2_pvalue)}"),
                ("bias test", f"{show_number(self.bias_statistic)} on 2 df, {format_p(self.bias_pvalue)}"),
                ("k", f"{self.k}, {self.k_significant} significant on the {self.side}"),
            ),
            cautions=self.cautions,
        )


def check_alpha(alpha: object) -> float:
    """Return the two-sided level of the studies' tests.

    Raises
    ------
    InputError
        Where it is not a number between 0 and 1.
    """
    number = float(alpha) if isinstance(alpha, (int, float, np.integer, np.floating)) else math.nan
    if not 0 < number < 1:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 1, such as 0.05 for two-sided tests")
    return number


def p_uniform_star(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    side: str = "right",
    alpha: float = 0.05,
    level: float | None = None,
) -> PUniformStar:
    r"""Estimate mean and heterogeneity by maximum likelihood given which effects are significant.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    side : {"right", "left"}
        Whether positive or negative significant effects are favoured.
    alpha : float
        The level of the studies' two-sided tests; for one-sided tests twice theirs.
    level : float, optional
        Level of the intervals; that of the fit, or 0.95.

    Returns
    -------
    PUniformStar

    Raises
    ------
    InputError, OptionError, RowError
        Where values or options cannot be used, or there are fewer than three studies.
    ConvergenceError
        Where the likelihood has no maximum that could be found.

    Notes
    -----
    ``puniform::puni_star(yi=, vi=, side=, alpha=, method="ML")``: `statistic` is ``L.0``, `tau2_statistic` ``L.het``
    and `bias_statistic` ``L.pb``.

    References
    ----------
    van Aert RCM, van Assen MALM (2018). Correcting for publication bias in a meta-analysis with the p-uniform* method.
    doi:10.31222/osf.io/zqjr9.

    Examples
    --------
    >>> yi = [0.62, 0.55, 0.21, 0.71, 0.33, 0.29, 0.25, 0.21, 0.12, 0.08, 0.45, 0.05, -0.1, 0.3]
    >>> vi = [0.09, 0.07, 0.05, 0.11, 0.02, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.01, 0.05, 0.03]
    >>> found = p_uniform_star(yi, vi)
    >>> found.k_significant, round(found.estimate, 3), round(found.pvalue, 3)
    (7, 0.123, 0.033)
    """
    check_option("side", side, FunnelSide)
    alpha = check_alpha(alpha)
    data = read_data(fit, vi, what="p_uniform_star()", moderators=False)
    level = data.choices.level if level is None else check_level(level)
    if data.k < 3:
        raise InputError(f"p_uniform_star() needs at least three studies; there are {data.k}")
    sign = 1 if side == "right" else -1
    y = sign * data.yi
    significant = np.asarray(ndtr(-y / data.sei) < alpha / 2)
    conditional = make_conditional(y, data.vi, significant, critical_statistic(alpha), heterogeneous=True)
    top = conditional.maximum()
    mean, between = top.place[0] * conditional.unit, top.place[1] * conditional.scaling.unit**2
    low, high = sorted(sign * limit for limit in conditional.mean_limits(top, level))
    tau2_low, tau2_high = conditional.tau2_limits(top, level)
    effect = max(0.0, 2 * (top.loglik - conditional.maximum(mean=0.0).loglik))
    heterogeneity = max(0.0, 2 * (top.loglik - conditional.maximum(tau2=0.0).loglik))
    bias = max(0.0, 2 * (top.loglik - conditional.at(*_usual(y, data.vi))))
    significant.setflags(write=False)
    return PUniformStar(
        side=side,
        alpha=alpha,
        k=data.k,
        k_significant=int(significant.sum()),
        estimate=sign * float(mean),
        se=conditional.se(top),
        ci_low=low,
        ci_high=high,
        statistic=effect,
        pvalue=float(chdtrc(1, effect)),
        tau2=float(between),
        tau2_ci_low=tau2_low,
        tau2_ci_high=tau2_high,
        tau2_statistic=heterogeneity,
        tau2_pvalue=0.5 * float(chdtrc(1, heterogeneity)),
        bias_statistic=bias,
        bias_pvalue=float(chdtrc(2, bias)),
        loglik=top.loglik + conditional.scaling.shift,
        level=level,
        significant=significant,
        labels=data.labels,
        cautions=_cautions(data.k, int(significant.sum())),
    )


def _usual(y: Array, v: Array) -> tuple[float, float]:
    """Return the random-effects mean and τ² by Paule and Mandel."""
    batch = make_batch(y, v)
    tau2 = estimate_tau2(batch, "PM").tau2
    fit = project(batch.y, batch.v, batch.x, tau2 / batch.unit)
    return float(fit.coef[0, 0] * np.sqrt(batch.unit[0]) + batch.offset[0]), float(tau2[0])


def _cautions(k: int, significant: int) -> tuple[str, ...]:
    found = []
    if k < ENOUGH_STUDIES:
        found.append(f"With {k} studies p-uniform* says little; at least {ENOUGH_STUDIES} are advised.")
    if significant in (0, k):
        which = "No study is" if significant == 0 else "Every study is"
        found.append(f"{which} significant on this side: the estimates rest on the shape of one tail.")
    return (*found, _ASSUMED)
