"""What a selection model returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...card import Card, Carded, show_number
from ...errors import NotPooledError
from ...numbers import format_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ...pool import PooledResult
    from ...pool.core import Array
    from ...pool.likelihood import FitStatistics
    from .choices import SelectionChoices

__all__ = ["SelectionConvergence", "SelectionModel"]

_TITLES = {
    "stepfun": "step function",
    "beta": "beta weight",
    "halfnorm": "half-normal weight",
    "negexp": "negative exponential weight",
    "logistic": "logistic weight",
    "power": "power weight",
    "negexppow": "negative exponential power weight",
    "trunc": "truncation at a given effect",
    "truncest": "truncation at an estimated effect",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionConvergence:
    """How the maximum is known to be one.

    Attributes
    ----------
    distance : float
        The length of the next Newton step, in standard errors.
    gradient : float
        The largest derivative of the log-likelihood in a parameter that is not at a bound, per standard error.
    iterations, starts : int
        Newton steps taken in all, and starts.
    modes : tuple of dict
        Every local maximum found, the highest first: ``coef``, ``tau2``, ``delta`` and ``loglik``.
    at_bound : tuple of str
        Parameters that ended at a bound.
    """

    distance: float
    gradient: float
    iterations: int
    starts: int
    modes: tuple[dict[str, Any], ...]
    at_bound: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SelectionModel(Carded):
    """A meta-analysis with a model of how studies were selected.

    For a mean `estimate`, `se`, `statistic`, `pvalue` and `ci` are the effect without selection; with moderators they
    raise `NotPooledError`, and `coefficients` holds what was found. What cannot be estimated is NaN.

    Attributes
    ----------
    choices : SelectionChoices
        Weight function, direction, steps, given parameters and bounds.
    k, p : int
        Studies and coefficients.
    names : tuple of str
        The coefficients.
    coef, coef_se, coef_statistic, coef_pvalue, coef_ci_low, coef_ci_high : array, shape (p,)
        Coefficients without selection, with normal tests and intervals.
    vcov : array, shape (p, p)
        Their covariance.
    qm, qm_df, qm_pvalue : float
        Joint chi-squared test of the moderators; without any, of the mean.
    tau2, tau2_se : float
        Between-study variance.
    tau2_lrt, tau2_lrt_pvalue : float
        Likelihood-ratio test of τ² = 0, on 1 degree of freedom.
    delta, delta_se, delta_statistic, delta_pvalue, delta_ci_low, delta_ci_high : array, shape (m,)
        Selection parameters, tested against `delta_null`; NaN where they were given.
    delta_vcov : array, shape (m, m)
        Their covariance.
    delta_null : array, shape (m,)
        Their values without selection.
    lrt, lrt_pvalue : float
        Likelihood-ratio test of no selection.
    lrt_df : int
        Its degrees of freedom: the parameters estimated. With none there is no p-value.
    loglik_unselected : float
        The log-likelihood without selection.
    ml : FitStatistics
        Log-likelihood, deviance (−2 times it) and information criteria.
    pvalues : array, shape (k,)
        The p-values of the studies that the weights are of.
    prec : array, shape (k,)
        The measure of imprecision of the studies; 1 where there is none.
    intervals : DataFrame
        Studies per interval of p, and its weight.
    selected : array of bool, shape (k,)
        The studies to which selection applies.
    convergence : SelectionConvergence
        The certificate.
    level : float
        Level of the intervals.
    fit : PooledResult
        The fit without selection that was given.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    choices: SelectionChoices
    k: int
    p: int
    names: tuple[str, ...]
    coef: Array
    coef_se: Array
    coef_statistic: Array
    coef_pvalue: Array
    coef_ci_low: Array
    coef_ci_high: Array
    vcov: Array
    qm: float
    qm_df: int
    qm_pvalue: float
    tau2: float
    tau2_se: float
    tau2_lrt: float
    tau2_lrt_pvalue: float
    delta: Array
    delta_se: Array
    delta_statistic: Array
    delta_pvalue: Array
    delta_ci_low: Array
    delta_ci_high: Array
    delta_vcov: Array
    delta_null: Array
    lrt: float
    lrt_df: int
    lrt_pvalue: float
    loglik_unselected: float
    ml: FitStatistics
    pvalues: Array
    prec: Array
    intervals: pd.DataFrame
    selected: NDArray[np.bool_]
    convergence: SelectionConvergence
    level: float
    fit: PooledResult
    cautions: tuple[str, ...]

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def kind(self) -> str:
        """The weight function."""
        return self.choices.kind

    @property
    def estimate(self) -> float:
        """The mean effect without selection."""
        return float(self._mean(self.coef))

    @property
    def se(self) -> float:
        """Its standard error."""
        return float(self._mean(self.coef_se))

    @property
    def statistic(self) -> float:
        """Its z statistic."""
        return float(self._mean(self.coef_statistic))

    @property
    def pvalue(self) -> float:
        """Its two-sided p-value."""
        return float(self._mean(self.coef_pvalue))

    @property
    def ci_low(self) -> float:
        """Lower confidence limit of the mean."""
        return float(self._mean(self.coef_ci_low))

    @property
    def ci_high(self) -> float:
        """Upper confidence limit of the mean."""
        return float(self._mean(self.coef_ci_high))

    @property
    def ci(self) -> tuple[float, float]:
        """Confidence interval of the mean."""
        return self.ci_low, self.ci_high

    @property
    def loglik(self) -> float:
        """The log-likelihood."""
        return self.ml.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.ml.aic

    @property
    def bic(self) -> float:
        """The Bayesian criterion."""
        return self.ml.bic

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for few studies."""
        return self.ml.aicc

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row per coefficient: estimate, se, statistic, pvalue, ci_low, ci_high."""
        return self._table("coef", pd.Index(self.names, name="term"))

    @property
    def selection(self) -> pd.DataFrame:
        """One row per selection parameter: estimate, null, se, statistic, pvalue, ci_low, ci_high."""
        names = [f"delta.{place + 1}" for place in range(len(self.delta))]
        table = self._table("delta", pd.Index(names, name="parameter"))
        table.insert(1, "null", self.delta_null)
        return table

    def weight(self, p: ArrayLike, prec: float = 1.0) -> Array:
        """Return the weight function: how likely a study is to be seen, relative to others.

        Parameters
        ----------
        p : array-like
            p-values; for truncations, effects.
        prec : float
            The measure of imprecision, where the weight depends on it.

        Raises
        ------
        InputError
            Where p-values are not between 0 and 1.
        """
        from .weight_function import weight_at

        return weight_at(self.choices, self.delta, p, prec)

    def confint(self, *, level: float | None = None) -> pd.DataFrame:
        """Return profile-likelihood intervals of τ² and the selection parameters that were estimated.

        Parameters
        ----------
        level : float, optional
            Level of the intervals; that of the model by default.

        Returns
        -------
        DataFrame
            Columns estimate, ci_low, ci_high; a limit of a selection parameter beyond its bound is infinite.

        Raises
        ------
        InputError
            With ``decreasing=True`` or an estimated cutpoint, for which profiles are not made.
        """
        from .confint import profile_intervals

        return profile_intervals(self, level)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: effect, standard error, p-value and whether selection applies to it."""
        return pd.DataFrame(
            {
                "study": self.fit.labels,
                "yi": self.fit.yi,
                "sei": np.sqrt(self.fit.vi),
                "pvalue": self.pvalues,
                "selected": self.selected,
            }
        )

    def _mean(self, values: Array) -> float:
        if self.fit.has_moderators:
            raise NotPooledError(
                f"a selection model with moderators ({', '.join(self.names)}) has no single mean; see .coefficients"
            )
        return float(values[0])

    def _table(self, prefix: str, index: pd.Index) -> pd.DataFrame:
        columns = {"estimate": getattr(self, prefix)}
        for name in ("se", "statistic", "pvalue", "ci_low", "ci_high"):
            columns[name] = getattr(self, f"{prefix}_{name}")
        return pd.DataFrame(columns, index=index)

    def _card(self) -> Card:
        facts = [] if self.fit.has_moderators else [("effect", self._line()), ("unadjusted", self._unadjusted())]
        test = f"{show_number(self.lrt)} on {self.lrt_df} df, {format_p(self.lrt_pvalue)}"
        facts += [
            ("selection test", test if self.lrt_df else "none: delta was given"),
            ("tau²", f"{show_number(self.tau2)} (SE {show_number(self.tau2_se)})"),
            ("k", str(self.k)),
            ("p-values", f"{self.choices.alternative}, of effects against 0"),
            ("log-likelihood", f"{show_number(self.loglik)} ({show_number(self.loglik_unselected)} without selection)"),
        ]
        if len(self.intervals):
            facts.append(("studies per interval", ", ".join(str(count) for count in self.intervals["k"])))
        table = self.selection
        if self.fit.has_moderators:
            table = pd.concat([self.coefficients, table.drop(columns="null")]).rename_axis("parameter")
        return Card(
            title=f"Selection model: {_TITLES[self.kind]}", facts=tuple(facts), table=table, cautions=self.cautions
        )

    def _line(self) -> str:
        limits = f"[{show_number(self.ci_low)}, {show_number(self.ci_high)}]"
        return f"{show_number(self.estimate)} {limits}, {format_p(self.pvalue)}"

    def _unadjusted(self) -> str:
        return f"{show_number(self.fit.estimate)} [{show_number(self.fit.ci_low)}, {show_number(self.fit.ci_high)}]"
