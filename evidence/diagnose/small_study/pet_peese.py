"""The precision-effect test and estimates: the effect expected of an infinitely precise study."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_number, format_p
from ...vocabulary import Alternative, RegressionModel, check_option
from .data import ENOUGH_STUDIES, StudyData, check_refit, read_data, tau2_option
from .lines import Line, fit_line
from .words import about_measure

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...pool import PooledResult

__all__ = ["PetPeese", "PrecisionEffect", "peese", "pet", "pet_peese"]

_CANNOT_TELL = (
    "The intercept extrapolates to a study without sampling error. It takes all association of effects with their "
    "precision for bias, is biased itself where there is heterogeneity, and is imprecise where all studies are small."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PrecisionEffect(Carded):
    """The intercept of a regression of effects on their standard errors (PET) or variances (PEESE).

    Attributes
    ----------
    method : {"PET", "PEESE"}
        Which.
    model : {"lm", "rma"}
        Multiplicative dispersion, or additive between-study variance.
    k : int
        Number of studies.
    estimate, se, statistic, df, pvalue, ci_low, ci_high : float
        The intercept and its two-sided test; `df` is infinite for the normal distribution.
    slope, slope_se, slope_statistic, slope_pvalue : float
        The coefficient of the standard error or variance: for PET the funnel asymmetry test.
    tau2, dispersion : float
        Between-study variance of the regression; the factor on the variances.
    tau2_method, test : str
        How they were found.
    level : float
        Level of the interval.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    method: str
    model: str
    k: int
    estimate: float
    se: float
    statistic: float
    df: float
    pvalue: float
    ci_low: float
    ci_high: float
    slope: float
    slope_se: float
    slope_statistic: float
    slope_pvalue: float
    tau2: float
    dispersion: float
    tau2_method: str
    test: str
    level: float
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the intercept."""
        return self.ci_low, self.ci_high

    def _card(self) -> Card:
        name = "z" if math.isinf(self.df) else f"t({self.df:g})"
        regressor = "standard error" if self.method == "PET" else "variance"
        model = "multiplicative dispersion" if self.model == "lm" else f"τ² by {self.tau2_method}, test {self.test}"
        return Card(
            title=f"{self.method}: effect expected as the {regressor} goes to 0 ({model})",
            facts=(
                ("estimate", _with_ci(self)),
                ("test", f"{name} = {show_number(self.statistic)}, {format_p(self.pvalue)}"),
                ("k", str(self.k)),
                (
                    "slope",
                    f"{show_number(self.slope)} (SE {show_number(self.slope_se)}), {format_p(self.slope_pvalue)}",
                ),
            ),
            cautions=self.cautions,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PetPeese(Carded):
    """PET or PEESE, whichever the conditional rule picks.

    Attributes
    ----------
    chosen : {"PET", "PEESE"}
        PEESE where PET's intercept differs from 0 by the rule, PET otherwise.
    rule : str
        The rule in words, with the p-value that decided.
    decision_pvalue : float
        The p-value of PET's intercept against `alternative`.
    alpha : float
        The level it is compared with.
    alternative : {"two.sided", "greater", "less"}
        Its alternative.
    pet, peese : PrecisionEffect
        Both.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    chosen: str
    rule: str
    decision_pvalue: float
    alpha: float
    alternative: str
    pet: PrecisionEffect
    peese: PrecisionEffect
    cautions: tuple[str, ...]

    @property
    def result(self) -> PrecisionEffect:
        """The one that was chosen."""
        return self.peese if self.chosen == "PEESE" else self.pet

    @property
    def k(self) -> int:
        """Number of studies."""
        return self.pet.k

    @property
    def estimate(self) -> float:
        """Its intercept."""
        return self.result.estimate

    @property
    def se(self) -> float:
        """Its standard error."""
        return self.result.se

    @property
    def pvalue(self) -> float:
        """Its two-sided p-value."""
        return self.result.pvalue

    @property
    def ci(self) -> tuple[float, float]:
        """Its interval."""
        return self.result.ci

    def to_frame(self) -> pd.DataFrame:
        """Return a row for PET and one for PEESE: estimate, se, interval, pvalue, slope, slope_pvalue, chosen."""
        rows = [
            {
                "estimate": one.estimate,
                "se": one.se,
                "ci_low": one.ci_low,
                "ci_high": one.ci_high,
                "pvalue": one.pvalue,
                "slope": one.slope,
                "slope_pvalue": one.slope_pvalue,
                "chosen": one.method == self.chosen,
            }
            for one in (self.pet, self.peese)
        ]
        return pd.DataFrame(rows, index=pd.Index(["PET", "PEESE"], name="method"))

    def _card(self) -> Card:
        return Card(
            title=f"PET-PEESE: {self.chosen}",
            facts=(("estimate", _with_ci(self.result)), ("rule", self.rule), ("k", str(self.k))),
            table=self.to_frame(),
            cautions=self.cautions,
        )


def pet(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    model: str = "lm",
    tau2: str | float | None = None,
    test: str | None = None,
    level: float | None = None,
) -> PrecisionEffect:
    r"""Estimate the effect without small-study effects: regression on the standard error (PET).

    :math:`y_i = β_0 + β_1 \sqrt{v_i}`; :math:`β_0` is the estimate and the test of :math:`β_1` Egger's.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit without moderators; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    model : {"lm", "rma"}
        The classic weighted least squares with weights :math:`1/v_i` and free dispersion; or weights
        :math:`1/(v_i + τ²)`, with τ² and the test of the fit.
    tau2, test : optional
        For ``model="rma"``, instead of those of the fit; as for `evidence.pool.pool`.
    level : float, optional
        Level of the interval; that of the fit by default.

    Returns
    -------
    PrecisionEffect

    Raises
    ------
    InputError
        With fewer than three studies, moderators, or standard errors that are all alike.

    References
    ----------
    Stanley TD, Doucouliagos H (2014). Meta-regression approximations to reduce publication selection bias.
    doi:10.1002/jrsm.1095.

    Examples
    --------
    >>> found = pet([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02])
    >>> round(found.estimate, 3), round(found.pvalue, 4)
    (-0.095, 0.0669)
    """
    data = read_data(fit, vi, what="pet()", tau2=tau2, test=test, level=level, moderators=False)
    return _intercept(data, "PET", check_option("model", model, RegressionModel))


def peese(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    model: str = "lm",
    tau2: str | float | None = None,
    test: str | None = None,
    level: float | None = None,
) -> PrecisionEffect:
    r"""Estimate the effect without small-study effects: regression on the variance (PEESE).

    :math:`y_i = β_0 + β_1 v_i`; :math:`β_0` is the estimate. Less biased than PET where there is an effect.

    Parameters
    ----------
    fit, vi, model, tau2, test, level
        As for `pet`.

    Returns
    -------
    PrecisionEffect

    References
    ----------
    Stanley TD, Doucouliagos H (2014), as for `pet`.

    Examples
    --------
    >>> found = peese([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02])
    >>> round(found.estimate, 3), round(found.pvalue, 4)
    (0.152, 0.0174)
    """
    data = read_data(fit, vi, what="peese()", tau2=tau2, test=test, level=level, moderators=False)
    return _intercept(data, "PEESE", check_option("model", model, RegressionModel))


def pet_peese(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    alpha: float = 0.10,
    alternative: str = "two.sided",
    model: str = "lm",
    tau2: str | float | None = None,
    test: str | None = None,
    level: float | None = None,
) -> PetPeese:
    """Choose between PET and PEESE by whether PET finds an effect.

    PEESE where the p-value of PET's intercept is below `alpha`, PET otherwise. The default, two-sided at 0.10, is
    one-sided at 0.05 in the direction of the effect.

    Parameters
    ----------
    fit, vi, model, tau2, test, level
        As for `pet`.
    alpha : float
        Level of the rule.
    alternative : {"two.sided", "greater", "less"}
        Alternative of the rule.

    Returns
    -------
    PetPeese

    References
    ----------
    Stanley TD (2017). Limitations of PET-PEESE and other meta-analysis methods. doi:10.1177/1948550617693062.

    Examples
    --------
    >>> found = pet_peese([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02], alternative="greater")
    >>> found.chosen, found.rule
    ('PET', "PET, since PET's intercept has p = 0.967 (one-sided, greater), not below 0.10")
    """
    data = read_data(fit, vi, what="pet_peese()", tau2=tau2, test=test, level=level, moderators=False)
    check_option("model", model, RegressionModel)
    check_option("alternative", alternative, Alternative)
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r} must lie between 0 and 1, such as 0.10")
    first, second = _intercept(data, "PET", model), _intercept(data, "PEESE", model)
    decisive = _one_sided(first, alternative)
    if math.isnan(decisive):
        raise InputError(
            "the effects lie exactly on PET's line, so that the rule has no p-value; see pet() and peese()"
        )
    chosen = "PEESE" if decisive < alpha else "PET"
    sides = "two-sided" if alternative == "two.sided" else f"one-sided, {alternative}"
    than = "below" if decisive < alpha else "not below"
    return PetPeese(
        chosen=chosen,
        rule=f"{chosen}, since PET's intercept has {format_p(decisive)} ({sides}), {than} {format_number(alpha)}",
        decision_pvalue=decisive,
        alpha=float(alpha),
        alternative=alternative,
        pet=first,
        peese=second,
        cautions=(*first.cautions, "The interval does not know that one of two models was chosen by the same data."),
    )


def _intercept(data: StudyData, method: str, model: str) -> PrecisionEffect:
    if data.k < 3:
        raise InputError(f"{method} needs at least three studies; there {'is' if data.k == 1 else 'are'} {data.k}")
    choices, free = data.choices, model == "lm"
    if not free:
        check_refit(choices, what=f"{method} with model='rma'")
    line: Line = fit_line(
        data.yi,
        data.vi,
        np.column_stack([np.ones(data.k), data.sei if method == "PET" else data.vi]),
        tau2="EE" if free else tau2_option(choices),
        test="hksj" if free else choices.test,
        level=choices.level,
        predictor="the standard error",
    )
    return PrecisionEffect(
        method=method,
        model=model,
        k=data.k,
        estimate=float(line.coef[0]),
        se=float(line.se[0]),
        statistic=float(line.statistic[0]),
        df=line.df,
        pvalue=float(line.pvalue[0]),
        ci_low=float(line.ci_low[0]),
        ci_high=float(line.ci_high[0]),
        slope=float(line.coef[1]),
        slope_se=float(line.se[1]),
        slope_statistic=float(line.statistic[1]),
        slope_pvalue=float(line.pvalue[1]),
        tau2=line.tau2,
        dispersion=line.scale,
        tau2_method="EE" if free else choices.tau2_method,
        test="hksj" if free else choices.test,
        level=choices.level,
        cautions=_cautions(data, line),
    )


def _cautions(data: StudyData, line: Line) -> tuple[str, ...]:
    found = []
    if data.k < ENOUGH_STUDIES:
        found.append(f"{data.k} studies are too few to extrapolate from; at least {ENOUGH_STUDIES} are advised.")
    if not line.se[0] > 0:
        found.append("The effects lie exactly on the line, so that there is no test and no interval.")
    return (*found, *about_measure(data.choices.measure, "sei"), _CANNOT_TELL)


def _one_sided(found: PrecisionEffect, alternative: str) -> float:
    """Return the p-value of the intercept against an alternative."""
    if alternative == "two.sided":
        return found.pvalue
    towards = found.statistic > 0 if alternative == "greater" else found.statistic < 0
    return found.pvalue / 2 if towards else 1 - found.pvalue / 2


def _with_ci(found: PrecisionEffect) -> str:
    return f"{show_number(found.estimate)} [{show_number(found.ci_low)}, {show_number(found.ci_high)}]"
