"""The test of excess significance: more significant studies than their power would yield."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p
from ...pool import PooledResult
from ...vocabulary import Alternative, ExcessTest, check_flag, check_option
from .data import ENOUGH_STUDIES, numbers_per_study, read_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from ...pool.core import Array
    from .data import StudyData

__all__ = ["ExcessSignificance", "excess_significance", "poisson_binomial", "study_power"]

_CANNOT_TELL = (
    "An excess of significant studies has more causes than unpublished ones, heterogeneity among them, and its "
    "absence shows little: the test has low power, and the effect it supposes is itself inflated by bias."
)
# the most subsets that metafor goes through; beyond, it takes the chi-squared test
_MOST_SUBSETS = 10**6
_TIES = 1 + 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExcessSignificance(Carded):
    """Significant studies, observed and expected.

    Attributes
    ----------
    k : int
        Number of studies.
    observed, expected : float
        Significant studies, and the sum of the powers.
    ratio : float
        Observed over expected.
    test : {"exact", "chi2", "binom"}
        The test.
    x2 : float
        The chi-squared statistic, on 1 degree of freedom; NaN for the other tests.
    pvalue : float
        Against `tes_alternative`.
    theta, tau2 : float
        The true effect that the powers suppose (NaN where it differs between studies), and its variance.
    null : float
        The value that the studies test.
    alternative, alpha : str, float
        The alternative and level of the studies' own tests.
    tes_alternative, tes_alpha : str, float
        Those of the test of excess significance.
    theta_limit_low, theta_limit_high : float
        The true effect that would just not be refuted at `tes_alpha`, for ``"greater"`` the first, for ``"less"``
        the second; NaN where there is none.
    power : array, shape (k,)
        The power of each study.
    significant : array of bool, shape (k,)
        Whether it is significant.
    labels : Index of length k
        Names of the studies.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    k: int
    observed: int
    expected: float
    ratio: float
    test: str
    x2: float
    pvalue: float
    theta: float
    tau2: float
    null: float
    alternative: str
    alpha: float
    tes_alternative: str
    tes_alpha: float
    theta_limit_low: float
    theta_limit_high: float
    power: Array
    significant: NDArray[np.bool_]
    labels: pd.Index
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: its power, and whether it is significant."""
        return pd.DataFrame({"study": self.labels, "power": self.power, "significant": self.significant})

    def _card(self) -> Card:
        name = {"exact": "exact", "chi2": f"χ²(1) = {show_number(self.x2)}", "binom": "binomial"}[self.test]
        limits = [limit for limit in (self.theta_limit_low, self.theta_limit_high) if math.isfinite(limit)]
        found = _limit_fact(limits, self.tes_alpha)
        effect = show_number(self.theta) if math.isfinite(self.theta) else "one for each study"
        return Card(
            title=f"Test of excess significance ({self.tes_alternative})",
            facts=(
                ("observed", f"{self.observed} of {self.k} significant at {self.alpha:g} ({self.alternative})"),
                ("expected", f"{show_number(self.expected)} (ratio {show_number(self.ratio)})"),
                ("test", f"{name}, {format_p(self.pvalue)}"),
                ("supposed effect", f"{effect}, τ² = {show_number(self.tau2)}"),
                *found,
            ),
            table=self.to_frame(),
            cautions=self.cautions,
        )


def excess_significance(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    theta: float | ArrayLike | None = None,
    tau2: float | None = None,
    null: float = 0.0,
    alternative: str = "two.sided",
    alpha: float = 0.05,
    test: str | None = None,
    tes_alternative: str = "greater",
    tes_alpha: float = 0.10,
    find_limit: bool = True,
) -> ExcessSignificance:
    r"""Test whether more studies are significant than their power lets expect.

    With the true effects :math:`N(θ, τ²)`, the power of a study is
    :math:`Φ\{(θ - θ_0 - z\sqrt{v_i})/\sqrt{v_i + τ²}\}` above and likewise below; the sum of the powers is the number
    expected, E, of O observed. The exact test takes the distribution of a sum of k unlike coins; the chi-squared test
    is :math:`(O-E)^2/E + (O-E)^2/(k-E)`; the binomial test takes them for alike.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit, whose estimate (or fitted values) and τ² are used; or effects; or a table with ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    theta : float or array-like, shape (k,), optional
        The true effect to suppose. By default that of the fit; for arrays the mean weighted by
        :math:`1/(v_i + τ²)`.
    tau2 : float, optional
        The between-study variance to suppose; that of the fit by default, 0 for arrays.
    null : float
        The value that the studies test, :math:`θ_0`.
    alternative : {"two.sided", "greater", "less"}
        The alternative of the studies' tests.
    alpha : float
        Their level.
    test : {"exact", "chi2", "binom"}, optional
        The test. By default, as in metafor, exact where its outcomes comprise up to a million subsets of the studies,
        else chi-squared. The exact test is quick for any number of studies.
    tes_alternative : {"greater", "less", "two.sided"}
        Whether more, fewer or other than expected is looked for.
    tes_alpha : float
        Level of the limit.
    find_limit : bool
        Whether the limit of the true effect is looked for; there is one only for a common effect.

    Returns
    -------
    ExcessSignificance

    Raises
    ------
    InputError
        Where levels, τ² or effects cannot be used.

    Notes
    -----
    metafor's ``tes()``, whose ``H0`` is `null`, ``tes.alternative`` `tes_alternative`, and so on. Powers are closed
    forms here and integrals from −5 to 5 τ there, which differ by about 1e-6.

    References
    ----------
    Ioannidis JPA, Trikalinos TA (2007). An exploratory test for an excess of significant findings.
    doi:10.1177/1740774507079441.
    Francis G (2013). Replication, statistical consistency, and publication bias. doi:10.1016/j.jmp.2013.02.003.

    Examples
    --------
    >>> found = excess_significance([0.5, 0.45, 0.6, 0.4, 0.1], [0.05, 0.04, 0.06, 0.03, 0.002])
    >>> found.observed, round(found.expected, 3), round(found.pvalue, 4)
    (5, 1.429, 0.0002)
    """
    for option, value in (("alternative", alternative), ("tes_alternative", tes_alternative)):
        check_option(option, value, Alternative)
    for option, level in (("alpha", alpha), ("tes_alpha", tes_alpha)):
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
            raise InputError(f"{option}={level!r} must lie between 0 and 1")
    check_flag("find_limit", find_limit)
    if not _is_finite(null):
        raise InputError(f"null={null!r} must be a finite number")
    data = read_data(fit, vi, what="excess_significance()")
    spread = _spread(fit, tau2)
    effect = _effects(fit, theta, data, spread)
    single = theta is None or np.ndim(theta) == 0
    common = float(effect[0]) if single and (effect == effect[0]).all() else math.nan
    sei = data.sei

    def power(true: float | Array) -> Array:
        return study_power(
            np.broadcast_to(true, sei.shape), sei, spread, null=null, alpha=alpha, alternative=alternative
        )

    significant = _significant(data, null, alpha, alternative)
    observed, powers = int(significant.sum()), power(effect)
    kind = _choose(data.k, observed, tes_alternative) if test is None else check_option("test", test, ExcessTest)
    pvalue, x2 = _test(observed, powers, kind, tes_alternative)
    limits = (math.nan, math.nan)
    if find_limit and math.isfinite(common):
        limits = _limits(power, observed, kind, null, common, float(sei.min()), tes_alternative, tes_alpha)
    expected = float(powers.sum())
    for values in (powers, significant):
        values.setflags(write=False)
    few = (f"With {data.k} studies the test has next to no power.",) if data.k < ENOUGH_STUDIES else ()
    return ExcessSignificance(
        k=data.k,
        observed=observed,
        expected=expected,
        ratio=observed / expected if expected > 0 else math.inf,
        test=kind,
        x2=x2,
        pvalue=pvalue,
        theta=common,
        tau2=spread,
        null=float(null),
        alternative=alternative,
        alpha=float(alpha),
        tes_alternative=tes_alternative,
        tes_alpha=float(tes_alpha),
        theta_limit_low=limits[0],
        theta_limit_high=limits[1],
        power=powers,
        significant=significant,
        labels=data.labels,
        cautions=(*few, _CANNOT_TELL),
    )


def study_power(
    theta: Array, sei: Array, tau2: float, *, null: float = 0.0, alpha: float = 0.05, alternative: str = "two.sided"
) -> Array:
    """Return the power of Wald tests if true effects are normal with means `theta` and variance `tau2`.

    Parameters
    ----------
    theta, sei : array, shape (k,)
        Means of the true effects, and standard errors.
    tau2 : float
        Variance of the true effects.
    null, alpha, alternative
        The tests.

    Examples
    --------
    >>> study_power(np.array([0.0, 2.8]), np.array([1.0, 1.0]), 0.0).round(3).tolist()
    [0.05, 0.8]
    """
    total = np.sqrt(sei**2 + tau2)
    away = theta - null
    critical = float(-ndtri(alpha / 2 if alternative == "two.sided" else alpha)) * sei
    above, below = ndtr((away - critical) / total), ndtr((-away - critical) / total)
    return np.asarray({"greater": above, "less": below, "two.sided": above + below}[alternative])


def poisson_binomial(p: Array) -> Array:
    """Return the probabilities of 0 … k successes in k independent trials of probabilities `p`.

    Examples
    --------
    >>> poisson_binomial(np.array([0.5, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    probability = np.zeros(len(p) + 1)
    probability[0] = 1.0
    for done, success in enumerate(p.tolist(), start=1):
        probability[1 : done + 1] = probability[1 : done + 1] * (1 - success) + probability[:done] * success
        probability[0] *= 1 - success
    return probability


def _limit_fact(limits: list[float], level: float) -> tuple[tuple[str, str], ...]:
    shown = ", ".join(show_number(limit) for limit in limits)
    return (("limit of the effect", f"{shown} (at level {level:g})"),) if limits else ()


def _is_finite(value: object) -> bool:
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return number and math.isfinite(float(value))  # type: ignore[arg-type]


def _spread(fit: object, tau2: float | None) -> float:
    if tau2 is None:
        return 0.0 if not isinstance(fit, PooledResult) or math.isnan(fit.tau2) else fit.tau2
    if not (_is_finite(tau2) and tau2 >= 0):
        raise InputError(f"tau2={tau2!r} must be a finite number of at least 0; the test takes no estimator")
    return float(tau2)


def _effects(fit: object, theta: float | ArrayLike | None, data: StudyData, tau2: float) -> Array:
    """Return the true effect to suppose of each study."""
    if theta is not None and np.ndim(theta) == 0:
        if not _is_finite(theta):
            raise InputError(f"theta={theta!r} must be a finite number, or one for each study")
        return np.full(data.k, float(theta))  # type: ignore[arg-type]
    if theta is not None:
        return numbers_per_study("theta", theta, data)
    if isinstance(fit, PooledResult):
        return np.asarray(fit.design.matrix @ fit.inference.coef)
    w = (data.vi.min() + tau2) / (data.vi + tau2)
    return np.full(data.k, float((w * data.yi).sum() / w.sum()))


def _significant(data: StudyData, null: float, alpha: float, alternative: str) -> NDArray[np.bool_]:
    z = (data.yi - null) / data.sei
    critical = float(-ndtri(alpha / 2 if alternative == "two.sided" else alpha))
    return {"greater": z >= critical, "less": z <= -critical, "two.sided": np.abs(z) >= critical}[alternative]


def _choose(k: int, observed: int, tes_alternative: str) -> str:
    """Return the test that metafor chooses: exact if there are not too many subsets of as many studies."""
    counts = {"greater": range(observed, k + 1), "less": range(observed + 1), "two.sided": range(k + 1)}
    return "exact" if sum(math.comb(k, count) for count in counts[tes_alternative]) <= _MOST_SUBSETS else "chi2"


def _test(observed: int, power: Array, test: str, tes_alternative: str) -> tuple[float, float]:
    """Return the p-value and, for the chi-squared test, its statistic."""
    k, expected = len(power), float(power.sum())
    if test == "chi2":
        rest = float((1 - power).sum())
        if not (expected > 0 and rest > 0):
            raise InputError("the chi-squared test needs some power below 1 and above 0; use test='exact'")
        x2 = (observed - expected) ** 2 * (1 / expected + 1 / rest)
        z = math.copysign(math.sqrt(x2), observed - expected)
        tails = {"greater": ndtr(-z), "less": ndtr(z), "two.sided": chdtrc(1, x2)}
        return float(tails[tes_alternative]), x2
    probability = poisson_binomial(power if test == "exact" else np.full(k, expected / k))
    if tes_alternative == "greater":
        pvalue = probability[observed:].sum()
    elif tes_alternative == "less":
        pvalue = probability[: observed + 1].sum()
    else:
        pvalue = probability[probability <= probability[observed] * _TIES].sum()
    return min(1.0, float(pvalue)), math.nan


def _limits(
    power: Callable[[float], Array],
    observed: int,
    test: str,
    null: float,
    theta: float,
    unit: float,
    tes_alternative: str,
    tes_alpha: float,
) -> tuple[float, float]:
    """Return the effects at which the one-sided tests reach their level; both for a two-sided test, at half of it."""
    sides = ("greater", "less") if tes_alternative == "two.sided" else (tes_alternative,)
    level = tes_alpha / len(sides)
    found = {"greater": math.nan, "less": math.nan}
    for side in sides:

        def gap(true: float, side: str = side) -> float:
            pvalue = _test(observed, power(true), test, side)[0]
            return pvalue - level if side == "greater" else level - pvalue

        found[side] = _root(gap, null, theta, unit)
    return found["greater"], found["less"]


def _root(gap: Callable[[float], float], null: float, theta: float, unit: float) -> float:
    """Return where the gap, below 0 at the null value, closes on the side of the effect; NaN where it does not."""
    from scipy.optimize import brentq

    if gap(null) >= 0:
        return math.nan
    step = math.copysign(max(abs(theta - null), unit), theta - null)
    # from forty standard errors on every power is 0 or 1 to rounding
    for _ in range(60):
        try:
            closed = gap(null + step) >= 0
        except InputError:
            return math.nan
        if closed:
            return float(brentq(gap, null, null + step, xtol=1e-12 * abs(step), rtol=1e-12))
        step *= 2
    return math.nan
