"""What a location–scale model returns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...card import Card, Carded, json_ready, show_number
from ...errors import InputError
from ...numbers import format_p
from ...vocabulary import LikelihoodKind, ScalePrediction, check_option
from ..choices import check_level
from ..prediction import critical_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core import Array
    from ..design import Design
    from ..inference import Inference
    from ..inputs import Studies
    from ..likelihood import FitStatistics
    from .inference import ScaleInference
    from .optimum import ScaleCertificate

    NewValues = pd.DataFrame | Mapping[str, Sequence[object]] | Array | None

__all__ = ["LocationScaleChoices", "LocationScaleResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationScaleChoices:
    """What was asked for.

    Attributes
    ----------
    link : {"log", "identity"}
        What the linear predictor is of τ².
    method : {"REML", "ML"}
        The likelihood.
    test : {"z", "t", "hksj", "adhoc"}
        The tests and intervals; all but the first use t with k − p and k − q degrees of freedom.
    level : float
        Level of every interval.
    measure : str
        The effect measure; empty if not said.
    missing : {"raise", "drop"}
        What becomes of rows that lack a value.
    """

    link: str
    method: str
    test: str
    level: float
    measure: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LocationScaleResult(Carded):
    """A meta-regression in which the between-study variance depends on moderators too.

    Attributes
    ----------
    studies : Studies
        Effects, variances and labels, rows that were left out among them.
    design, scale_design : Design
        Design matrices of the location, shape (k, p), and of the scale, shape (k, q).
    choices : LocationScaleChoices
        Link, likelihood, test and level, as asked for.
    inference : Inference
        Location coefficients, their covariance, tests and intervals.
    scale : ScaleInference
        The same of the scale coefficients.
    tau2 : array, shape (k,)
        Between-study variance of each study.
    q, q_df, q_pvalue : float
        Cochran's Q of the residuals, its degrees of freedom and p-value.
    typical_variance : float
        The typical sampling variance v of Higgins and Thompson, for I² and H².
    ml, reml : FitStatistics
        Log-likelihoods and information criteria of both kinds; p + q parameters.
    boundary : tuple of int
        Positions of the studies whose τ² is 0 because it may not be less (identity link).
    certificate : ScaleCertificate
        Why the estimates are the maximum.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    studies: Studies
    design: Design
    scale_design: Design
    choices: LocationScaleChoices
    inference: Inference
    scale: ScaleInference
    tau2: Array
    q: float
    q_df: float
    q_pvalue: float
    typical_variance: float
    ml: FitStatistics
    reml: FitStatistics
    boundary: tuple[int, ...]
    certificate: ScaleCertificate
    cautions: tuple[str, ...]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.design.matrix)

    @property
    def yi(self) -> Array:
        """Effects, shape (k,)."""
        return self.studies.yi

    @property
    def vi(self) -> Array:
        """Their sampling variances, shape (k,)."""
        return self.studies.vi

    @property
    def labels(self) -> pd.Index:
        """Their names."""
        return self.studies.labels

    @property
    def link(self) -> str:
        """What the linear predictor of the scale is of τ²."""
        return self.choices.link

    @property
    def method(self) -> str:
        """The likelihood: ``"REML"`` or ``"ML"``."""
        return self.choices.method

    @property
    def test(self) -> str:
        """The test in use."""
        return self.choices.test

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.choices.level

    @property
    def measure(self) -> str:
        """The effect measure; empty if not said."""
        return self.choices.measure

    @property
    def has_moderators(self) -> bool:
        """Whether the location has moderators."""
        return self.design.has_moderators

    @property
    def i2(self) -> Array:
        """I² of each study in percent, 100·τ²/(τ² + v), shape (k,)."""
        return np.asarray(100 * self.tau2 / (self.tau2 + self.typical_variance))

    @property
    def h2(self) -> Array:
        """H² of each study, 1 + τ²/v, shape (k,)."""
        return np.asarray(1 + self.tau2 / self.typical_variance)

    @property
    def loglik(self) -> float:
        """The log-likelihood: restricted for REML, full for ML."""
        return self._statistics().loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion from `loglik`."""
        return self._statistics().aic

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for few studies."""
        return self._statistics().aicc

    @property
    def bic(self) -> float:
        """The Bayesian criterion from `loglik`."""
        return self._statistics().bic

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row per location coefficient: estimate, se, statistic, df, pvalue, ci_low, ci_high."""
        return _coefficients(self.inference, self.design.names)

    @property
    def scale_coefficients(self) -> pd.DataFrame:
        """One row per scale coefficient, with the same columns."""
        return _coefficients(self.scale, self.scale_design.names)

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the location coefficients."""
        return _named(self.inference.vcov, self.design.names)

    @property
    def scale_vcov(self) -> pd.DataFrame:
        """Covariance matrix of the scale coefficients."""
        return _named(self.scale.vcov, self.scale_design.names)

    @property
    def qm(self) -> float:
        """Joint test of all location moderators: chi-squared, or F where the test uses t; NaN without any."""
        return self.inference.qm

    @property
    def qm_df(self) -> tuple[float, float]:
        """Its degrees of freedom; the second is infinite for chi-squared."""
        return self.inference.qm_df, self.inference.qm_df2

    @property
    def qm_pvalue(self) -> float:
        """Its p-value."""
        return self.inference.qm_pvalue

    @property
    def qs(self) -> float:
        """Joint test of all scale variables: chi-squared, or F where the test uses t."""
        return self.scale.qs

    @property
    def qs_df(self) -> tuple[float, float]:
        """Its degrees of freedom; the second is infinite for chi-squared."""
        return self.scale.qs_df, self.scale.qs_df2

    @property
    def qs_pvalue(self) -> float:
        """Its p-value."""
        return self.scale.qs_pvalue

    def predict(
        self,
        new: NewValues = None,
        scale: NewValues = None,
        *,
        level: float | None = None,
        prediction: str | None = None,
    ) -> pd.DataFrame:
        """Predict the mean effect, and the effect of a new study.

        Parameters
        ----------
        new : DataFrame, mapping or array of shape (m, moderators), optional
            Values of the location moderators; by default those of the studies, or the mean where there are none.
        scale : DataFrame, mapping or array of shape (m, variables), optional
            Values of the scale variables, one row for all or one for each of `new`. By default those of the studies;
            needed where `new` is given, for the interval of the mean does not need τ² but the prediction interval does.
        level : float, optional
            Level of the intervals; that of the fit by default.
        prediction : {"k-p", "k-p-q", "normal", "tau"}, optional
            Distribution of the prediction interval: t with k − p or k − p − q degrees of freedom, the normal, or that
            without the uncertainty of the mean. By default that of the test. metafor's ``pi.type`` are t ``"k-p"``,
            riley ``"k-p-q"`` and simple ``"tau"``.

        Returns
        -------
        DataFrame
            Columns estimate, se, ci_low, ci_high, pi_low, pi_high, tau2.

        Raises
        ------
        InputError, ColumnError, OptionError
            Where values are missing, unknown or of the wrong number, or an option is not allowed.

        Examples
        --------
        >>> from evidence.pool.location_scale import location_scale
        >>> yi, vi = [0.1, 0.5, 0.2, 0.9, -0.4, 1.2, -0.9, 1.4], [0.04] * 8
        >>> fit = location_scale(yi, vi, scale=[1, 1, 2, 2, 3, 3, 4, 4], test="z")
        >>> fit.predict(scale=[[4.0]])[["estimate", "pi_low", "pi_high"]].round(2)
           estimate  pi_low  pi_high
        0      0.38   -2.13     2.88
        """
        chosen = self.level if level is None else check_level(level)
        tau2, rows, index = self._rows(new, scale)
        estimate = rows @ self.inference.coef
        se = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.inference.vcov, rows))
        half = critical_value(self.inference.df, chosen) * se if self.inference.scale > 0 else np.full(len(se), np.nan)
        width, df = self._prediction(prediction, se)
        reach = critical_value(df, chosen) * np.sqrt(width**2 + tau2)
        reach = reach if self.inference.scale > 0 else np.full(len(se), np.nan)
        columns = {
            "estimate": estimate,
            "se": se,
            "ci_low": estimate - half,
            "ci_high": estimate + half,
            "pi_low": estimate - reach,
            "pi_high": estimate + reach,
            "tau2": tau2,
        }
        return pd.DataFrame(columns, index=index)

    def predict_tau2(self, new: NewValues = None, *, level: float | None = None) -> pd.DataFrame:
        """Predict the between-study variance for given scale variables.

        Parameters
        ----------
        new : DataFrame, mapping or array of shape (m, variables), optional
            Values of the scale variables; by default those of the studies.
        level : float, optional
            Level of the intervals; that of the fit by default.

        Returns
        -------
        DataFrame
            Columns tau2, ci_low, ci_high; with the log link also the logarithm, log_tau2, and its standard error, se,
            with the identity link the standard error of τ². τ² and limits below 0 are given as 0.

        Examples
        --------
        >>> from evidence.pool.location_scale import location_scale
        >>> yi, vi = [0.1, 0.5, 0.2, 0.9, -0.4, 1.2, -0.9, 1.4], [0.04] * 8
        >>> fit = location_scale(yi, vi, scale=[1, 1, 2, 2, 3, 3, 4, 4], test="z")
        >>> fit.predict_tau2([[1.0], [4.0]])["tau2"].round(3).tolist()
        [0.042, 1.606]
        """
        chosen = self.level if level is None else check_level(level)
        rows, index = self.scale_design.rows_for(new)
        predictor = rows @ self.scale.coef
        se = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.scale.vcov, rows))
        half = critical_value(self.scale.df, chosen) * se
        ends = (predictor, predictor - half, predictor + half)
        if self.link == "log":
            tau2, low, high = (np.exp(np.minimum(end, 700.0)) for end in ends)
            return pd.DataFrame(
                {"tau2": tau2, "ci_low": low, "ci_high": high, "log_tau2": predictor, "se": se}, index=index
            )
        tau2, low, high = (np.maximum(end, 0.0) for end in ends)
        return pd.DataFrame({"tau2": tau2, "ci_low": low, "ci_high": high, "se": se}, index=index)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study of the fit: effect, variance, τ², I² and weight in percent."""
        weight = 1 / (self.vi + self.tau2)
        return pd.DataFrame(
            {
                "study": self.labels,
                "yi": self.yi,
                "vi": self.vi,
                "tau2": self.tau2,
                "i2": self.i2,
                "weight": 100 * weight / weight.sum(),
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        plain: dict[str, Any] = json_ready(
            {
                "k": self.k,
                "choices": self.choices,
                "coefficients": self.coefficients.reset_index(),
                "scale_coefficients": self.scale_coefficients.reset_index(),
                "vcov": self.inference.vcov,
                "scale_vcov": self.scale.vcov,
                "qm": self.qm,
                "qm_df": self.qm_df,
                "qm_pvalue": self.qm_pvalue,
                "qs": self.qs,
                "qs_df": self.qs_df,
                "qs_pvalue": self.qs_pvalue,
                "q": self.q,
                "q_df": self.q_df,
                "q_pvalue": self.q_pvalue,
                "studies": self.to_frame(),
                "left_out": self.studies.reasons,
                "ml": self.ml,
                "reml": self.reml,
                "certificate": self.certificate,
                "cautions": self.cautions,
            }
        )
        return plain

    def refit(self, *, method: str) -> LocationScaleResult:
        """Return the same model by ``"ML"`` or ``"REML"``.

        Raises
        ------
        OptionError
            Where the method is another.
        ConvergenceError
            Where its likelihood has no finite maximum.
        """
        from .estimation import fit_location_scale
        from .inputs import LocationScaleData

        check_option("method", method, LikelihoodKind)
        data = LocationScaleData(studies=self.studies, location=self.design, scale=self.scale_design)
        return fit_location_scale(data, replace(self.choices, method=method))

    def with_cautions(self, cautions: tuple[str, ...]) -> LocationScaleResult:
        """Return the same result with other cautions."""
        return replace(self, cautions=cautions)

    def _rows(self, new: NewValues, scale: NewValues) -> tuple[Array, Array, pd.Index]:
        """Return τ², location rows and their index for new values."""
        if new is None and scale is None:
            return self.tau2, self.design.matrix, self.labels
        if new is None and self.has_moderators:
            raise InputError("new scale values need location values beside them; predict_tau2() takes the former alone")
        rows, index = self.design.rows_for(new)
        if scale is None and self.scale_design.has_moderators:
            names = [name for place, name in enumerate(self.scale_design.names) if place != self.scale_design.intercept]
            raise InputError(
                f"τ² of the new rows depends on {', '.join(names)}: give values of the scale variables as scale=, one "
                "row for all or one for each"
            )
        tau2 = self.predict_tau2(scale)["tau2"].to_numpy()
        if len(rows) == 1 and len(tau2) > 1:
            rows, index = np.repeat(rows, len(tau2), axis=0), pd.RangeIndex(len(tau2))
        if len(tau2) not in (1, len(rows)):
            raise InputError(f"there are {len(rows)} rows of location values and {len(tau2)} of scale values")
        return np.broadcast_to(tau2, len(rows)), rows, index

    def _prediction(self, method: str | None, se: Array) -> tuple[Array, float]:
        """Return the standard error of the mean and the degrees of freedom that a prediction interval uses."""
        if method is None:
            return se, self.inference.df
        p, q = len(self.design.names), len(self.scale_design.names)
        check_option("prediction", method, ScalePrediction)
        freedom = {"k-p": float(self.k - p), "k-p-q": float(self.k - p - q), "normal": math.inf, "tau": math.inf}
        return np.zeros_like(se) if method == "tau" else se, freedom[method]

    def _statistics(self) -> FitStatistics:
        return self.reml if self.method == "REML" else self.ml

    def _card(self) -> Card:
        both = pd.concat({"location": self.coefficients, "scale": self.scale_coefficients}).drop(columns="df")
        both.index = pd.Index([f"{part}: {term}" for part, term in both.index])
        facts = [("studies", str(self.k)), ("scale test", _test(self.qs, self.qs_df, self.qs_pvalue))]
        if self.has_moderators:
            facts.append(("moderator test", _test(self.qm, self.qm_df, self.qm_pvalue)))
        facts += [
            ("τ²", f"{show_number(float(self.tau2.min()))} to {show_number(float(self.tau2.max()))}"),
            ("Q of residuals", f"{show_number(self.q)} on {self.q_df:.0f}, {format_p(self.q_pvalue)}"),
            ("log-likelihood", f"{show_number(self.loglik, 6)} ({self.method})"),
            ("AIC, AICc, BIC", ", ".join(show_number(value) for value in (self.aic, self.aicc, self.bic))),
            ("choices", f"link {self.link}, {self.method}, test {self.test}, level {self.level:g}"),
        ]
        what = "τ² itself" if self.link == "identity" else "the logarithm of τ²"
        return Card(
            title=f"Location–scale model: scale coefficients are of {what}",
            facts=tuple(facts),
            table=both,
            cautions=self.cautions,
        )


def _test(statistic: float, df: tuple[float, float], pvalue: float) -> str:
    if math.isinf(df[1]):
        return f"chi-squared {show_number(statistic)} on {df[0]:.0f}, {format_p(pvalue)}"
    return f"F {show_number(statistic)} on {df[0]:.0f} and {df[1]:.0f}, {format_p(pvalue)}"


def _coefficients(found: Inference | ScaleInference, names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estimate": found.coef,
            "se": found.se,
            "statistic": found.statistic,
            "df": found.df,
            "pvalue": found.pvalue,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        },
        index=pd.Index(names, name="term"),
    )


def _named(matrix: Array, names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(matrix.copy(), index=list(names), columns=list(names))
