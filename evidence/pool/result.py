"""What a fit returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError, NotPooledError
from ..vocabulary import NO_RANDOM_EFFECT
from .checks import is_finite
from .choices import FIXED, Choices, check_level
from .inference import Inference, weighted_least_squares
from .prediction import Prediction, choose_prediction, critical_value, prediction_limits, probability_above

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from .confint import HeterogeneityInterval
    from .core import Array
    from .design import Design
    from .details import Details, SingleStudyDetails
    from .heterogeneity import Heterogeneity
    from .inputs import Studies
    from .likelihood import FitStatistics
    from .tau2 import Convergence

__all__ = ["PooledResult"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledResult:
    """A meta-analysis or meta-regression, with every choice that made it.

    For a model without moderators `estimate`, `se`, `pvalue`, `ci` and `pi` are the pooled effect; with moderators
    they raise `NotPooledError`, and `coefficients` and `predict` hold what was found. Numbers that cannot be
    estimated are NaN.

    Attributes
    ----------
    studies : Studies
        Effects, variances and labels, rows that were left out among them.
    design : Design
        The design matrix, shape (k, p), and its columns.
    choices : Choices
        Estimator, test, level, prediction interval, measure, as asked for.
    test : str
        The test that was used; with one study ``"z"`` whatever was asked for.
    tau2 : float
        Between-study variance.
    inference : Inference
        Coefficients, their covariance, tests and intervals.
    prediction : Prediction
        Method and degrees of freedom of the prediction interval.
    convergence : Convergence
        Iterations, bracket and all maxima found.
    details : Details
        What is computed when it is first asked for.
    """

    studies: Studies
    design: Design
    choices: Choices
    test: str
    tau2: float
    inference: Inference
    prediction: Prediction
    convergence: Convergence
    details: Details | SingleStudyDetails

    @property
    def heterogeneity(self) -> Heterogeneity:
        """Q, τ², I², H² and their intervals."""
        return self.details.heterogeneity

    @property
    def ml(self) -> FitStatistics:
        """Log-likelihood and information criteria by full likelihood."""
        return self.details.ml

    @property
    def reml(self) -> FitStatistics:
        """Log-likelihood and information criteria by restricted likelihood."""
        return self.details.reml

    @property
    def r2(self) -> float:
        """Share of τ² that the moderators account for, in percent.

        It is the τ² of the model without them, by the same estimator, less τ², over the former, and not below 0
        (Raudenbush 2009). In an equal-effects model it is the adjusted R² of the weighted regression. NaN without
        moderators, where τ² was given, or where the model does not contain the mean.
        """
        return self.details.r2

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know before quoting the result."""
        return self.details.cautions

    @property
    def k(self) -> int:
        """Number of studies pooled."""
        return len(self.design.matrix)

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return len(self.design.names)

    @property
    def yi(self) -> Array:
        """Effects of the studies pooled, shape (k,)."""
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
    def measure(self) -> str:
        """The effect measure; empty if not said."""
        return self.choices.measure

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.choices.level

    @property
    def tau2_method(self) -> str:
        """The estimator of τ², or ``"fixed"`` where τ² was given."""
        return self.choices.tau2_method

    @property
    def has_moderators(self) -> bool:
        """Whether this is a meta-regression."""
        return self.design.has_moderators

    @property
    def model(self) -> str:
        """The model in words."""
        if self.k == 1:
            return "single study"
        kind = {"EE": "equal effects", "FE": "fixed effects"}.get(self.tau2_method, "random effects")
        if self.has_moderators:
            alone = self.tau2_method in NO_RANDOM_EFFECT
            kind = "fixed effects with moderators" if alone else "mixed effects (meta-regression)"
        return f"{kind}, τ² given" if self.tau2_method == FIXED else kind

    @property
    def estimate(self) -> float:
        """The pooled effect."""
        return float(self._mean().coef[0])

    @property
    def se(self) -> float:
        """Its standard error."""
        return float(self._mean().se[0])

    @property
    def statistic(self) -> float:
        """Its z or t statistic."""
        return float(self._mean().statistic[0])

    @property
    def pvalue(self) -> float:
        """Its two-sided p-value."""
        return float(self._mean().pvalue[0])

    @property
    def ci_low(self) -> float:
        """Lower confidence limit of the pooled effect."""
        return float(self._mean().ci_low[0])

    @property
    def ci_high(self) -> float:
        """Upper confidence limit of the pooled effect."""
        return float(self._mean().ci_high[0])

    @property
    def ci(self) -> tuple[float, float]:
        """Confidence interval of the pooled effect."""
        return self.ci_low, self.ci_high

    @property
    def pi(self) -> tuple[float, float]:
        """Prediction interval: where the true effect of a new study is expected; NaN without a random effect."""
        self._mean()
        low, high = self._prediction_limits(self.inference.coef, self.inference.se, self.level, self.prediction)
        return float(low[0]), float(high[0])

    @property
    def pi_low(self) -> float:
        """Lower prediction limit."""
        return self.pi[0]

    @property
    def pi_high(self) -> float:
        """Upper prediction limit."""
        return self.pi[1]

    @property
    def df(self) -> float:
        """Degrees of freedom of the tests; infinite for the normal distribution."""
        return self.inference.df

    @property
    def tau(self) -> float:
        """Between-study standard deviation."""
        return math.sqrt(self.tau2)

    @property
    def tau2_se(self) -> float:
        """Standard error of τ²."""
        return self.heterogeneity.tau2_se

    @property
    def tau2_ci(self) -> tuple[float, float]:
        """Interval of τ², by the method that `heterogeneity` names."""
        return self.heterogeneity.tau2_ci

    @property
    def i2(self) -> float:
        """I² in percent, as `heterogeneity.i2_definition` says."""
        return self.heterogeneity.i2

    @property
    def i2_ci(self) -> tuple[float, float]:
        """Interval of I² in percent, from that of τ²."""
        return self.heterogeneity.i2_ci

    @property
    def h2(self) -> float:
        """H²."""
        return self.heterogeneity.h2

    @property
    def h2_ci(self) -> tuple[float, float]:
        """Interval of H², from that of τ²."""
        return self.heterogeneity.h2_ci

    @property
    def q(self) -> float:
        """Cochran's Q; of the residuals, where there are moderators."""
        return self.heterogeneity.q

    @property
    def q_df(self) -> float:
        """Degrees of freedom of Q."""
        return self.heterogeneity.q_df

    @property
    def q_pvalue(self) -> float:
        """Chi-squared p-value of Q."""
        return self.heterogeneity.q_pvalue

    @property
    def qm(self) -> float:
        """Joint test of all moderators: chi-squared, or F where the test uses t."""
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
    def loglik(self) -> float:
        """The log-likelihood: restricted for REML, full otherwise."""
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
        """One row per coefficient: estimate, se, statistic, df, pvalue, ci_low, ci_high."""
        found = self.inference
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
            index=pd.Index(self.design.names, name="term"),
        )

    @property
    def vcov(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients."""
        names = list(self.design.names)
        return pd.DataFrame(self.inference.vcov.copy(), index=names, columns=names)

    @property
    def weights(self) -> pd.Series[float]:
        """Weight of each study in percent, by label; they sum to 100."""
        given = self.study_weights
        w = 1.0 / (self.vi + self._used_tau2()) if given is None else given
        return pd.Series(100 * w / w.sum(), index=self.labels, name="weight")

    @property
    def study_weights(self) -> Array | None:
        """Weights that took the place of the inverse variances, shape (k,), largest 1; None where none did."""
        if self.choices.weights == "equal":
            return np.ones(self.k)
        given = self.studies.weights
        return None if given is None else given / given.max()

    def predict(
        self,
        new: pd.DataFrame | Mapping[str, Sequence[object]] | Array | None = None,
        *,
        level: float | None = None,
        prediction: str | None = None,
        threshold: float | None = None,
    ) -> pd.DataFrame:
        """Predict the mean effect, and the effect of a new study, for given moderators.

        Parameters
        ----------
        new : DataFrame, mapping, or array of shape (m, moderators), optional
            Values of the moderators, named or ordered as those of the model, without the intercept. By default
            those of the studies themselves.
        level : float, optional
            Level of the intervals; that of the fit by default.
        prediction : str, optional
            The prediction interval, as for `evidence.pool.pool`; that of the fit by default.
        threshold : float, optional
            If given, a column ``probability_above`` says how likely the true effect of a new study is above it.

        Returns
        -------
        DataFrame
            Columns estimate, se, ci_low, ci_high, pi_low, pi_high; one row for each row of `new`.

        Raises
        ------
        ColumnError, InputError, OptionError
            Where moderators are missing, unknown or of the wrong number, or the model has none; where the level is not
            between 0 and 1, the threshold is not finite, the prediction method is unknown or does not go with the test,
            or the test depends on the level.

        Examples
        --------
        >>> from evidence.pool import pool
        >>> fit = pool([0.1, 0.4, 0.9, 0.7], [0.04, 0.09, 0.05, 0.03], mods=[1, 2, 4, 3])
        >>> fit.predict([[2.5]])[["estimate", "ci_low", "ci_high"]].round(2)
           estimate  ci_low  ci_high
        0      0.53    0.44     0.62
        """
        chosen = self.level if level is None else check_level(level)
        if chosen != self.level and self.test in ("adhoc-ci", "adhoc-iqwig6"):
            raise InputError(f"test={self.test!r} depends on the level; fit again with level={chosen:g}")
        rows, index = self.design.rows_for(new)
        if self.has_moderators and new is None:
            index = self.labels
        estimate = rows @ self.inference.coef
        se = np.linalg.norm(rows @ self.inference.root, axis=1)
        half = critical_value(self.df, chosen) * se if self.inference.scale > 0 else np.full(len(se), np.nan)
        method = self._prediction(prediction)
        pi_low, pi_high = self._prediction_limits(estimate, se, chosen, method)
        if threshold is not None and not is_finite(threshold):
            raise InputError(f"threshold={threshold!r} must be a finite number")
        columns = {
            "estimate": estimate,
            "se": se,
            "ci_low": estimate - half,
            "ci_high": estimate + half,
            "pi_low": pi_low,
            "pi_high": pi_high,
        }
        if threshold is not None:
            df, own = self._prediction_df(method), np.zeros_like(se) if method.method == "tau" else se
            columns["probability_above"] = probability_above(threshold, estimate, own, self._used_tau2(), df=df)
        return pd.DataFrame(columns, index=index)

    def confint(self, method: str | None = None, *, level: float | None = None) -> HeterogeneityInterval:
        """Return intervals of τ², τ, I² and H²; see `evidence.pool.confint.confint`."""
        from .confint import confint

        return confint(self, method, level=level)

    def wls(self) -> Any:
        """Return the same weighted regression as a fitted statsmodels ``WLS``, for its tests and diagnostics.

        Its covariance is that of this fit: the scale is held at that of the test.

        Raises
        ------
        InputError
            Where no such regression has the covariance of this fit: with given weights, or the Kenward–Roger test.
        """
        if self.choices.weights != "inverse-variance" or self.test == "kr":
            raise InputError("with given weights or test='kr' no weighted regression has the covariance of this fit")
        model = weighted_least_squares(self.yi, self.vi, self.design.matrix, self._used_tau2())
        model.data.xnames = list(self.design.names)
        return model.fit(cov_type="fixed scale", cov_kwds={"scale": self.inference.scale}, use_t=math.isfinite(self.df))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study, in the order given: effect, variance, its own interval, weight, whether it is in.

        The intervals are normal ones at the level of the fit. Rows that were left out have no weight and a
        `reason`.
        """
        studies = self.studies
        sei = np.sqrt(studies.all_vi)
        half = critical_value(math.inf, self.level) * sei
        weight = np.full(len(sei), np.nan)
        weight[studies.included] = self.weights.to_numpy()
        return pd.DataFrame(
            {
                "study": studies.all_labels,
                "yi": studies.all_yi,
                "vi": studies.all_vi,
                "sei": sei,
                "ci_low": studies.all_yi - half,
                "ci_high": studies.all_yi + half,
                "weight": weight,
                "included": studies.included,
                "reason": [studies.reasons.get(row, "") for row in range(len(sei))],
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        from .record import as_dict

        return as_dict(self)

    def summary(self) -> str:
        """Return the result as text, at most 80 columns wide."""
        from .summary import as_text

        return as_text(self)

    def forest(self, **options: Any) -> Figure:
        """Draw a forest plot; options are those of `evidence.plot.forest`."""
        from ..plot import forest

        figure: Figure = forest(self, **options)
        return figure

    def funnel(self, **options: Any) -> Figure:
        """Draw a contour-enhanced funnel plot; options are those of `evidence.plot.funnel`."""
        from ..plot import funnel

        figure: Figure = funnel(self, **options)
        return figure

    def plot(self, kind: str = "forest", **options: Any) -> Figure:
        """Draw any figure of a fit; kinds and options are those of `evidence.plot.kinds.draw_figure`."""
        from ..plot.kinds import draw_figure

        return draw_figure(kind, self, **options)

    def cite(self, **options: Any) -> str:
        """Return the result as one sentence to quote. Options as in `evidence.report.cite`: style, form."""
        from ..report.sentences import cite

        return str(cite(self, **options))

    def __repr__(self) -> str:
        """Return one line."""
        from .summary import as_line

        return as_line(self)

    def _repr_html_(self) -> str:
        from .summary import as_html

        return as_html(self)

    def _mean(self) -> Inference:
        if self.has_moderators:
            raise NotPooledError(
                f"a meta-regression on {', '.join(self.design.names)} has no single pooled effect; "
                "see .coefficients, or .predict(new) for the effect at given moderators"
            )
        return self.inference

    def _statistics(self) -> FitStatistics:
        return self.reml if self.tau2_method == "REML" else self.ml

    def _used_tau2(self) -> float:
        return 0.0 if math.isnan(self.tau2) else self.tau2

    def _prediction(self, method: str | None) -> Prediction:
        """Return the prediction method; that of the fit where none is named."""
        if method is None:
            return self.prediction
        return choose_prediction(method, test=self.test, k=self.k, p=self.p, df=self.df)

    def _prediction_df(self, method: Prediction) -> float:
        """Return the degrees of freedom of a prediction interval; 0 where there is none."""
        possible = self.tau2_method not in NO_RANDOM_EFFECT and self.k > 1 and self.inference.scale > 0
        return method.df if possible else 0.0

    def _prediction_limits(self, estimate: Array, se: Array, level: float, method: Prediction) -> tuple[Array, Array]:
        own = np.zeros_like(se) if method.method == "tau" else se
        return prediction_limits(estimate, own, self._used_tau2(), df=self._prediction_df(method), level=level)
