"""What is computed about a fit when it is first asked for: heterogeneity and its intervals, likelihoods, cautions.

Most uses of a fit, a simulation above all, need the estimate and its interval alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..vocabulary import NO_RANDOM_EFFECT
from .cautions import list_cautions
from .choices import FIXED
from .core import make_batch, project
from .heterogeneity import I2_FROM_TAU2, Heterogeneity, heterogeneity
from .likelihood import FitStatistics, Kind, fit_statistics
from .tau2 import estimate_tau2, tau2_standard_error

if TYPE_CHECKING:
    from .choices import Choices
    from .core import Array, Batch
    from .design import Design
    from .inference import Inference
    from .inputs import Studies
    from .prediction import Prediction
    from .tau2 import Convergence

__all__ = ["Details", "SingleStudyDetails"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Details:
    """The parts of a fit from which the rest follows, and the rest, each computed once.

    Attributes
    ----------
    studies, design, choices, inference, prediction, convergence
        As in `evidence.pool.PooledResult`.
    batch : Batch
        The data as the engine has them.
    weights, moment_weights : array, shape (1, k), or None
        Weights that take the place of the inverse variances; those of a generalised-Q estimate of τ².
    tau2 : float
        Between-study variance, in the units of the data.
    """

    studies: Studies
    design: Design
    choices: Choices
    batch: Batch
    weights: Array | None
    moment_weights: Array | None
    tau2: float
    inference: Inference
    prediction: Prediction
    convergence: Convergence

    @cached_property
    def heterogeneity(self) -> Heterogeneity:
        """Q, τ², I², H² and their intervals."""
        method = self.choices.tau2_method
        se = math.nan
        if method != FIXED:
            se = float(tau2_standard_error(self.batch, np.array([self.tau2]), method, self.moment_weights)[0])
        return heterogeneity(
            self.batch,
            self.tau2,
            se,
            method=method,
            level=self.choices.level,
            interval=self.choices.tau2_ci_method,
            weights=self.weights,
        )

    @cached_property
    def ml(self) -> FitStatistics:
        """Fit statistics by full likelihood."""
        return self._fit_statistics("ML")

    @cached_property
    def reml(self) -> FitStatistics:
        """Fit statistics by restricted likelihood."""
        return self._fit_statistics("REML")

    @cached_property
    def r2(self) -> float:
        """The share of τ² that the moderators account for, in percent."""
        method = self.choices.tau2_method
        if not (self.design.has_moderators and self.design.spans_mean) or method == FIXED:
            return math.nan
        if method in NO_RANDOM_EFFECT:
            return self.inference.r2_adjusted
        mean = make_batch(self.batch.y, self.batch.v)
        without = float((estimate_tau2(mean, method, self.moment_weights).tau2 * self.batch.unit)[0])
        return 100 * max(0.0, (without - self.tau2) / without) if without > 0 else 0.0

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know before quoting the result."""
        return list_cautions(
            self.choices,
            vi=self.studies.vi,
            dropped=self.studies.reasons,
            design=self.design,
            inference=self.inference,
            heterogeneity=self.heterogeneity,
            prediction=self.prediction,
            convergence=self.convergence,
        )

    def _fit_statistics(self, kind: Kind) -> FitStatistics:
        estimated = self.choices.tau2_method not in (*NO_RANDOM_EFFECT, FIXED)
        found = fit_statistics(self.batch, self.tau2, kind=kind, tau2_estimated=estimated)
        return found if self.weights is None else _at_lower(found, self._misfit())

    def _misfit(self) -> float:
        """Return how far the log-likelihood at coefficients by given weights is below that at its maximum."""
        best = project(self.batch.y, self.batch.v, self.batch.x, np.array([self.tau2]) / self.batch.unit)
        residuals = self.studies.yi - self.design.matrix @ self.inference.coef
        own = float((np.square(residuals) / (self.studies.vi + self.tau2)).sum())
        return 0.5 * max(0.0, own - float(best.q[0]))


@dataclass(frozen=True, kw_only=True, eq=False)
class SingleStudyDetails:
    """The same for one study alone: what takes two studies is NaN."""

    studies: Studies
    design: Design
    choices: Choices
    tau2: float
    inference: Inference
    prediction: Prediction
    convergence: Convergence

    @property
    def heterogeneity(self) -> Heterogeneity:
        """Nothing but τ², where it was given."""
        nothing = (math.nan, math.nan)
        return Heterogeneity(
            q=0.0,
            q_df=0.0,
            q_pvalue=math.nan,
            tau2=self.tau2,
            tau2_se=math.nan,
            tau2_ci=nothing,
            tau2_ci_method="none",
            i2=math.nan,
            i2_ci=nothing,
            h2=math.nan,
            h2_ci=nothing,
            typical_variance=math.nan,
            i2_definition=I2_FROM_TAU2,
            interval_empty=False,
        )

    @property
    def ml(self) -> FitStatistics:
        """The log-likelihood of the study at its own effect."""
        total = float(self.inference.vcov[0, 0])
        loglik = -0.5 * math.log(2 * math.pi * total)
        return FitStatistics(loglik=loglik, deviance=0.0, aic=math.nan, bic=math.nan, aicc=math.nan)

    @property
    def reml(self) -> FitStatistics:
        """Undefined."""
        return FitStatistics(loglik=math.nan, deviance=math.nan, aic=math.nan, bic=math.nan, aicc=math.nan)

    @property
    def r2(self) -> float:
        """Undefined."""
        return math.nan

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know before quoting the result."""
        return list_cautions(
            self.choices,
            vi=self.studies.vi,
            dropped=self.studies.reasons,
            design=self.design,
            inference=self.inference,
            heterogeneity=self.heterogeneity,
            prediction=self.prediction,
            convergence=self.convergence,
        )


def _at_lower(statistics: FitStatistics, lower: float) -> FitStatistics:
    """Return the fit statistics where the log-likelihood is lower by some amount."""
    return FitStatistics(
        loglik=statistics.loglik - lower,
        deviance=statistics.deviance + 2 * lower,
        aic=statistics.aic + 2 * lower,
        bic=statistics.bic + 2 * lower,
        aicc=statistics.aicc + 2 * lower,
    )
