"""What a generalised linear mixed model returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from ..card import Card, json_ready
from ..effects import back_transform as to_readable
from ..pool.choices import check_level
from ..pool.prediction import Prediction, critical_value, prediction_limits
from .glmm_card import glmm_card
from .wald_effect import WaldEffect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..pool.core import Array
    from ..pool.likelihood import FitStatistics
    from .glmm_choices import GlmmChoices
    from .glmm_data import CountStudies
    from .glmm_homogeneity import Homogeneity
    from .glmm_inference import WaldInference

__all__ = ["I2_OF_GLMM", "GlmmConvergence", "GlmmResult"]

I2_OF_GLMM = (
    "100·τ²/(τ² + v), v the typical variance (Higgins and Thompson 2002) of the studies' own estimates, half an event "
    "added to zero cells"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlmmConvergence:
    """The certificate of a fit.

    Attributes
    ----------
    distance : float
        The length of the next Newton step, in standard errors of the parameters: 0 but for rounding.
    iterations : int
        Newton steps taken, the scan for several maxima included.
    points : int
        Quadrature points per random effect.
    quadrature_error : float
        The change of the log-likelihood on about twice as many points, or on many where `nagq` was given.
    modes : tuple of float
        τ² at every maximum of the likelihood that was found, the highest first.
    logliks : tuple of float
        The log-likelihood there less that at the highest.
    """

    distance: float
    iterations: int
    points: int
    quadrature_error: float
    modes: tuple[float, ...]
    logliks: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GlmmResult(WaldEffect):
    """A generalised linear mixed model of counts, with every choice that made it.

    Coefficients are log odds ratios, log rate ratios, log odds or log rates. Without moderators `estimate`, `se`,
    `pvalue`, `ci` and `pi` are the average effect; with moderators they raise `NotPooledError`, and `coefficients`
    and `predict` hold what was found. Numbers that cannot be estimated are NaN.

    Attributes
    ----------
    studies : CountStudies
        Counts, labels and design; rows that were left out among them.
    choices : GlmmChoices
        Everything that was asked for.
    inference : WaldInference
        Coefficients, their covariance, tests and intervals.
    tau2, tau2_se : float
        Variance of the effect between studies and its standard error.
    sigma2, rho : float
        For UM.RS the variance of the study levels and, with ``cor=True``, its correlation with the effects.
    homogeneity : Homogeneity
        Wald and likelihood-ratio tests that all studies share one effect.
    i2, h2 : float
        I² in percent and H², as `i2_definition` says.
    i2_definition : str
        The formula of I² in words.
    statistics : FitStatistics
        The log-likelihood and what is made from it. The deviance is against a model with an effect for each study.
    conditional_statistics : FitStatistics
        The log-likelihood of the counts given the most likely random effects, and what would follow from it. It is
        not a likelihood of the parameters; it is here to be compared with software that reports it.
    parameters : int
        Parameters estimated; in UM.FS those of each study are among them.
    prediction : Prediction
        How prediction intervals are made.
    convergence : GlmmConvergence
        How it is known that the likelihood is highest here.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    _instead: ClassVar[str] = "see .coefficients, or .predict(new) for the effect at given moderators"

    studies: CountStudies
    choices: GlmmChoices
    inference: WaldInference
    tau2: float
    tau2_se: float
    sigma2: float
    rho: float
    homogeneity: Homogeneity
    i2: float
    h2: float
    i2_definition: str
    statistics: FitStatistics
    conditional_statistics: FitStatistics
    parameters: int
    prediction: Prediction
    convergence: GlmmConvergence
    cautions: tuple[str, ...]

    @property
    def p(self) -> int:
        """Number of coefficients of the effect."""
        return len(self.studies.design.names)

    @property
    def measure(self) -> str:
        """The effect measure."""
        return self.choices.measure

    @property
    def model(self) -> str:
        """The model; empty for a measure of one group."""
        return self.choices.model

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.choices.level

    @property
    def pi(self) -> tuple[float, float]:
        """Prediction interval: where the true effect of a new study is expected; NaN without a random effect."""
        self._single()
        row = self.predict().iloc[0]
        return float(row["pi_low"]), float(row["pi_high"])

    @property
    def pi_low(self) -> float:
        """Lower prediction limit."""
        return self.pi[0]

    @property
    def pi_high(self) -> float:
        """Upper prediction limit."""
        return self.pi[1]

    @property
    def tau(self) -> float:
        """Standard deviation of the effect between studies."""
        return math.sqrt(self.tau2)

    @property
    def q_wald(self) -> float:
        """Wald statistic of homogeneity."""
        return self.homogeneity.wald

    @property
    def q_wald_pvalue(self) -> float:
        """Its p-value."""
        return self.homogeneity.wald_pvalue

    @property
    def q_lrt(self) -> float:
        """Likelihood-ratio statistic of homogeneity."""
        return self.homogeneity.lrt

    @property
    def q_lrt_pvalue(self) -> float:
        """Its p-value."""
        return self.homogeneity.lrt_pvalue

    @property
    def q_df(self) -> float:
        """Degrees of freedom of both."""
        return self.homogeneity.df

    @property
    def loglik(self) -> float:
        """The log-likelihood of the counts, random effects integrated out, all constants included."""
        return self.statistics.loglik

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood's distance from that of a model with an effect for each study."""
        return self.statistics.deviance

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.statistics.aic

    @property
    def aicc(self) -> float:
        """Akaike's criterion corrected for few observations."""
        return self.statistics.aicc

    @property
    def bic(self) -> float:
        """The Bayesian criterion."""
        return self.statistics.bic

    def predict(
        self,
        new: pd.DataFrame | Mapping[str, Sequence[object]] | Array | None = None,
        *,
        level: float | None = None,
        back_transform: bool = False,
    ) -> pd.DataFrame:
        """Predict the average effect, and the effect of a new study, for given moderators.

        Parameters
        ----------
        new : DataFrame, mapping, or array of shape (m, moderators), optional
            Values of the moderators, named or ordered as those of the model, without the intercept. By default
            those of the studies themselves.
        level : float, optional
            Level of the intervals; that of the fit by default.
        back_transform : bool
            Whether to return ratios, proportions or rates instead of logarithms and logits; they have no standard
            error.

        Returns
        -------
        DataFrame
            Columns estimate, se, ci_low, ci_high, pi_low, pi_high; one row for each row of `new`.

        Raises
        ------
        ColumnError, InputError
            Where moderators are missing, unknown or of the wrong number, or the level is not between 0 and 1.

        Examples
        --------
        >>> from evidence.counts import glmm
        >>> fit = glmm(measure="PLO", events=[14, 12, 3, 9], n=[40, 22, 30, 25])
        >>> fit.predict(back_transform=True).round(2)
           estimate  se  ci_low  ci_high  pi_low  pi_high
        0      0.32 NaN    0.18      0.5    0.09     0.68
        """
        chosen = self.level if level is None else check_level(level)
        design = self.studies.design
        rows, index = design.rows_for(new)
        if self.has_moderators and new is None:
            index = self.labels
        estimate = rows @ self.inference.coef
        se = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.inference.vcov, rows))
        half = critical_value(self.df, chosen) * se
        random = self.choices.tau2 == "ML" and not math.isnan(self.tau2)
        pi = prediction_limits(
            estimate,
            np.zeros_like(se) if self.prediction.method == "tau" else se,
            self.tau2 if random else 0.0,
            df=self.prediction.df if random else 0.0,
            level=chosen,
        )
        frame = pd.DataFrame(
            {
                "estimate": estimate,
                "se": se,
                "ci_low": estimate - half,
                "ci_high": estimate + half,
                "pi_low": pi[0],
                "pi_high": pi[1],
            },
            index=index,
        )
        if back_transform:
            for name in frame.columns:
                frame[name] = np.nan if name == "se" else to_readable(frame[name].to_numpy(), self.measure)
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return every number and every choice, ready for JSON: what cannot be estimated is None."""
        numbers: dict[str, Any] = {}
        if not self.has_moderators:
            names = ("estimate", "se", "statistic", "pvalue", "ci_low", "ci_high", "pi_low", "pi_high")
            numbers = {name: getattr(self, name) for name in names}
        own = ("tau2", "tau2_se", "sigma2", "rho", "i2", "h2", "i2_definition", "parameters")
        values = {
            "k": self.k,
            "p": self.p,
            "left_out": len(self.studies.reasons),
            **numbers,
            "df": self.df,
            "coefficients": self.coefficients.reset_index(),
            **{name: getattr(self, name) for name in own},
            "homogeneity": self.homogeneity,
            "qm": self.qm,
            "qm_df": self.qm_df,
            "qm_pvalue": self.qm_pvalue,
            "statistics": self.statistics,
            "conditional_statistics": self.conditional_statistics,
            "prediction": self.prediction,
            "formula": self.studies.design.formula or None,
            "choices": self.choices,
            "convergence": self.convergence,
            "cautions": self.cautions,
        }
        return {name: json_ready(value) for name, value in values.items()}

    def _card(self) -> Card:
        return glmm_card(self)
