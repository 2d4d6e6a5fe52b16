"""Regression tests of funnel plot asymmetry: Egger's and its kin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...card import Card, Carded, show_number
from ...errors import InputError, OptionError
from ...numbers import format_p
from ...vocabulary import FunnelPredictor, RegressionModel, allowed, check_option
from .data import StudyData, check_enough, check_refit, numbers_per_study, read_data, tau2_option
from .lines import Line, fit_line
from .words import ASYMMETRY, about_measure

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...pool import PooledResult
    from ...pool.core import Array

__all__ = ["RegressionTest", "as_regression_test", "egger"]

# the predictors that are 0 in an infinitely large study, so that the intercept is the effect expected there
_VANISH = frozenset({"sei", "vi", "ninv", "sqrtninv"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RegressionTest(Carded):
    """A regression of the effects on a measure of their precision.

    Attributes
    ----------
    method : str
        The test in words.
    model : {"lm", "rma"}
        Multiplicative dispersion, or additive between-study variance.
    predictor : str
        What the effects are regressed on.
    k : int
        Number of studies.
    estimate, se, statistic, df, pvalue, ci_low, ci_high : float
        The coefficient of the predictor, which is 0 in a symmetric funnel, and its two-sided test; `df` is infinite
        for the normal distribution.
    intercept, intercept_se : float
        The intercept; NaN where the model has moderators or none.
    limit, limit_ci_low, limit_ci_high : float
        The effect expected as the predictor goes to 0; NaN where the predictor does not vanish with precision, or
        there are moderators.
    tau2 : float
        Between-study variance of the regression; 0 for ``model="lm"``.
    dispersion : float
        The factor on the variances; for ``model="lm"`` the residual variance.
    tau2_method, test : str
        How τ² and the standard errors were found.
    level : float
        Level of the intervals.
    terms : tuple of str
        The coefficients, the predictor last.
    line : Line
        All coefficients.
    excluded : tuple of str
        Studies that the test could not use.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    method: str
    model: str
    predictor: str
    k: int
    estimate: float
    se: float
    statistic: float
    df: float
    pvalue: float
    ci_low: float
    ci_high: float
    intercept: float
    intercept_se: float
    limit: float
    limit_ci_low: float
    limit_ci_high: float
    tau2: float
    dispersion: float
    tau2_method: str
    test: str
    level: float
    terms: tuple[str, ...]
    line: Line
    excluded: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the predictor's coefficient."""
        return self.ci_low, self.ci_high

    @property
    def limit_ci(self) -> tuple[float, float]:
        """Interval of the effect expected as the predictor goes to 0."""
        return self.limit_ci_low, self.limit_ci_high

    def to_frame(self) -> pd.DataFrame:
        """Return one row per coefficient: estimate, se, statistic, pvalue, ci_low, ci_high."""
        line = self.line
        return pd.DataFrame(
            {
                "estimate": line.coef,
                "se": line.se,
                "statistic": line.statistic,
                "pvalue": line.pvalue,
                "ci_low": line.ci_low,
                "ci_high": line.ci_high,
            },
            index=pd.Index(self.terms, name="term"),
        )

    def _card(self) -> Card:
        name = "z" if math.isinf(self.df) else f"t({self.df:g})"
        model = (
            "weighted regression, multiplicative dispersion"
            if self.model == "lm"
            else f"meta-regression, τ² by {self.tau2_method}, test {self.test}"
        )
        limit = (
            (("limit estimate", _with_ci(self.limit, self.limit_ci_low, self.limit_ci_high)),)
            if math.isfinite(self.limit)
            else ()
        )
        return Card(
            title=self.method,
            facts=(
                ("test", f"{name} = {show_number(self.statistic)}, {format_p(self.pvalue)}"),
                ("slope", _with_ci(self.estimate, self.ci_low, self.ci_high)),
                ("k", str(self.k)),
                *limit,
                ("predictor", self.predictor),
                ("model", model),
            ),
            table=self.to_frame(),
            notes=(f"Left out: {', '.join(self.excluded)}.",) if self.excluded else (),
            cautions=self.cautions,
        )


def egger(
    fit: PooledResult | pd.DataFrame | ArrayLike,
    vi: ArrayLike | None = None,
    *,
    model: str = "lm",
    predictor: str | ArrayLike = "sei",
    ni: ArrayLike | None = None,
    tau2: str | float | None = None,
    test: str | None = None,
    level: float | None = None,
    force: bool = False,
) -> RegressionTest:
    r"""Test for funnel plot asymmetry by regression.

    The effects are regressed on a measure of their precision, :math:`y_i = β_0 + β_1 x_i + …`. With
    ``model="lm"`` the weights are :math:`1/v_i` and the residual variance is estimated; with the standard error as
    predictor that is the test of Egger and others. With ``model="rma"`` the weights are :math:`1/(v_i + τ²)`, and
    τ² and the test are those of the fit.

    Parameters
    ----------
    fit : PooledResult, array-like of shape (k,) or DataFrame
        A fit, whose moderators stay in the regression; or effects; or a table with columns ``yi`` and ``vi``.
    vi : array-like, shape (k,), optional
        Sampling variances, where effects were given.
    model : {"lm", "rma"}
        Multiplicative dispersion, or additive between-study variance.
    predictor : {"sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"} or array-like, shape (k,)
        Standard error, variance, sample size, its inverse, its square root, the inverse of that; or values of your
        own, such as :math:`\sqrt{1/n_1 + 1/n_2}` for standardised mean differences.
    ni : array-like, shape (k,), optional
        Total sample sizes, for the predictors made of them.
    tau2, test : optional
        For ``model="rma"``, instead of those of the fit; as for `evidence.pool.pool`.
    level : float, optional
        Level of the intervals; that of the fit by default.
    force : bool
        Whether to test fewer than ten studies.

    Returns
    -------
    RegressionTest

    Raises
    ------
    InputError
        With fewer than ten studies unless forced, no more studies than coefficients, a predictor that does not vary,
        or sample sizes that are missing or not positive.
    OptionError
        Where an option has no such value.

    Notes
    -----
    metafor's ``regtest(x, model=, predictor=)`` with the same names; its default is ``model="rma"``. In meta,
    ``metabias(method.bias="Egger")`` is ``model="lm"``, and ``"Thompson"`` is ``model="rma", test="t"``.

    References
    ----------
    Egger M, Davey Smith G, Schneider M, Minder C (1997). Bias in meta-analysis detected by a simple, graphical test.
    doi:10.1136/bmj.315.7109.629.
    Sterne JAC, Egger M (2005). Regression methods to detect publication and other bias in meta-analysis.
    doi:10.1002/0470870168.ch6.
    Pustejovsky JE, Rodgers MA (2019). Testing for funnel plot asymmetry of standardized mean differences.
    doi:10.1002/jrsm.1332.

    Examples
    --------
    >>> found = egger([0.9, 0.6, 0.5, 0.3, 0.2], [0.20, 0.12, 0.07, 0.03, 0.02], force=True)
    >>> round(found.statistic, 2), round(found.pvalue, 4), round(found.limit, 3)
    (13.71, 0.0008, -0.095)
    """
    check_option("model", model, RegressionModel)
    data = read_data(fit, vi, what="egger()", tau2=tau2, test=test, level=level)
    small = check_enough(data.k, what="Egger's test", force=force)
    name, values = _predictor(predictor, ni, data)
    choices = data.choices
    if model == "rma":
        check_refit(choices, what="egger(model='rma')")
    line = fit_line(
        data.yi,
        data.vi,
        np.column_stack([data.design.matrix, values]),
        tau2="EE" if model == "lm" else tau2_option(choices),
        test="hksj" if model == "lm" else choices.test,
        level=choices.level,
        predictor=f"the predictor ({name})",
    )
    return as_regression_test(
        line,
        method=_title(model, name),
        model=model,
        predictor=name,
        k=data.k,
        terms=(*data.design.names, name),
        vanishes=name in _VANISH and not data.design.has_moderators,
        tau2_method="EE" if model == "lm" else choices.tau2_method,
        test="hksj" if model == "lm" else choices.test,
        level=choices.level,
        cautions=(*small, *about_measure(choices.measure, name)),
    )


def as_regression_test(
    line: Line,
    *,
    method: str,
    model: str,
    predictor: str,
    k: int,
    terms: tuple[str, ...],
    vanishes: bool,
    tau2_method: str,
    test: str,
    level: float,
    cautions: tuple[str, ...],
    excluded: tuple[str, ...] = (),
) -> RegressionTest:
    """Return a regression as a test; parameters are the attributes of `RegressionTest`.

    `vanishes` says whether the intercept is the effect expected in an infinitely large study.
    """
    simple = len(line.coef) == 2
    exact = ("The points lie exactly on the line, so that there is no test.",) if not line.se[-1] > 0 else ()
    nothing = math.nan
    return RegressionTest(
        method=method,
        model=model,
        predictor=predictor,
        k=k,
        estimate=float(line.coef[-1]),
        se=float(line.se[-1]),
        statistic=float(line.statistic[-1]),
        df=line.df,
        pvalue=float(line.pvalue[-1]),
        ci_low=float(line.ci_low[-1]),
        ci_high=float(line.ci_high[-1]),
        intercept=float(line.coef[0]) if simple else nothing,
        intercept_se=float(line.se[0]) if simple else nothing,
        limit=float(line.coef[0]) if vanishes else nothing,
        limit_ci_low=float(line.ci_low[0]) if vanishes else nothing,
        limit_ci_high=float(line.ci_high[0]) if vanishes else nothing,
        tau2=line.tau2,
        dispersion=line.scale,
        tau2_method=tau2_method,
        test=test,
        level=level,
        terms=terms,
        line=line,
        excluded=excluded,
        cautions=(*cautions, *exact, ASYMMETRY),
    )


def _predictor(predictor: Any, ni: ArrayLike | None, data: StudyData) -> tuple[str, Array]:
    """Return the name and the values of the predictor."""
    if not isinstance(predictor, str):
        if predictor is None or np.ndim(predictor) == 0:
            raise OptionError("predictor", predictor, (*allowed(FunnelPredictor), "an array, one value per study"))
        return "given values", numbers_per_study("predictor", predictor, data)
    name = check_option("predictor", predictor, FunnelPredictor)
    if name in ("sei", "vi"):
        return name, data.sei if name == "sei" else data.vi
    if ni is None:
        raise InputError(f"predictor={name!r} needs the sample sizes of the studies: give ni=")
    sizes = numbers_per_study("ni", ni, data)
    if not (sizes > 0).all():
        raise InputError(f"every sample size in ni must be positive; the smallest is {sizes.min():g}")
    power = {"ni": 1.0, "ninv": -1.0, "sqrtni": 0.5, "sqrtninv": -0.5}[name]
    return name, sizes**power


def _title(model: str, predictor: str) -> str:
    if model == "lm" and predictor == "sei":
        return "Egger's regression test of funnel plot asymmetry"
    kind = "weighted regression" if model == "lm" else "meta-regression"
    return f"Regression test of funnel plot asymmetry ({kind} on {predictor})"


def _with_ci(value: float, low: float, high: float) -> str:
    return f"{show_number(value)} [{show_number(low)}, {show_number(high)}]"
