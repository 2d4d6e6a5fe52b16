r"""Whether the effects of all studies agree: Wald and likelihood-ratio tests against a model with an effect for each.

Both compare the equal-effects model with the saturated one, on k − p degrees of freedom. The Wald statistic is the
weighted sum of squared residuals of the studies' own estimates; a study whose own estimate is infinite has no weight
in it. The likelihood-ratio test uses every study.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from ..errors import ConvergenceError
from .glmm_families import Binomial
from .glmm_likelihood import MixedModel
from .glmm_models import ArmFamily, first_guess
from .glmm_optimum import maximise
from .noncentral_hypergeometric import NoncentralHypergeometric, conditional_mle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["Homogeneity", "Saturated", "homogeneity_tests", "saturated", "saturated_with_random_studies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Homogeneity:
    """Tests that all studies share one effect, given the moderators.

    Attributes
    ----------
    wald, wald_pvalue : float
        The Wald statistic and its chi-squared p-value.
    lrt, lrt_pvalue : float
        The likelihood-ratio statistic and its chi-squared p-value.
    df : float
        Degrees of freedom, k − p.
    """

    wald: float
    wald_pvalue: float
    lrt: float
    lrt_pvalue: float
    df: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Saturated:
    """The model with an effect for each study.

    Attributes
    ----------
    loglik : float
        Its log-likelihood.
    effects : array, shape (f,)
        The finite effects.
    covariance : array, shape (f, f)
        Their covariance.
    studies : array of int, shape (f,)
        To which studies they belong.
    """

    loglik: float
    effects: Array
    covariance: Array
    studies: NDArray[np.intp]


def saturated(family: ArmFamily, offset: Array) -> Saturated:
    """Return the saturated model of arms without a common random effect: each study stands for itself.

    Parameters
    ----------
    family : Family
        One or two arms for each of k studies.
    offset : array, shape (k, A)
        Offsets of their predictors.
    """
    if isinstance(family, NoncentralHypergeometric):
        effects, variances, logliks = conditional_mle(family)
        loglik = float(logliks.sum())
    else:
        loglik = float(family.saturated().sum())
        none, every = family.at_bound()
        inside = ~np.asarray((none | every).any(axis=1))
        x = np.where(inside[:, None], family.x, 1.0)
        if isinstance(family, Binomial):
            rest = np.where(inside[:, None], family.n - family.x, 1.0)
            arms, spread = np.log(x / rest), 1 / x + 1 / rest
        else:
            arms, spread = np.log(x / family.time), 1 / x
        arms = arms - offset
        effects = arms[:, 0] - arms[:, 1] if arms.shape[1] == 2 else arms[:, 0]
        variances = np.where(inside, spread.sum(axis=1), np.inf)
    finite = np.flatnonzero(np.isfinite(variances))
    return Saturated(loglik=loglik, effects=effects[finite], covariance=np.diag(variances[finite]), studies=finite)


def saturated_with_random_studies(family: ArmFamily, points: int | None) -> Saturated:
    """Return the model with a random study level, common to both arms, and an effect for each study.

    Where group 1 has no events, or nothing else, the study's effect is infinite and its group 1 fits exactly.

    Parameters
    ----------
    family : Family
        Two arms for each of k studies.
    points : int, optional
        Quadrature points.

    Raises
    ------
    ConvergenceError
        Where it has no finite solution.
    """
    assert not isinstance(family, NoncentralHypergeometric), "a conditional model has no study level"
    none, every = family.at_bound()
    infinite = none[:, 0] | every[:, 0]
    rest = family.without(np.column_stack([infinite, np.zeros_like(infinite)]))
    k = len(infinite)
    model = MixedModel(
        family=rest,
        offset=np.zeros((k, 2)),
        design=np.broadcast_to(np.array([[0.0], [1.0]]), (k, 2, 1)),
        nuisance=np.array([1.0, 0.0]),
        own=~infinite,
        basis=np.ones((1, 2, 1)),
    )
    start, spread = first_guess(model, rest)
    found = maximise(model, start, spread, points)
    covariance = found.at.covariance()
    finite = np.flatnonzero(~infinite)
    # the effect of a study is its own predictor in group 1 less the common mean
    contrast = np.zeros((len(finite), len(covariance)))
    contrast[:, 0] = -1.0
    contrast[np.arange(len(finite)), len(found.at.gradient) + finite] = 1.0
    point = found.at.point
    return Saturated(
        loglik=found.at.loglik,
        effects=point.own[finite] - point.fixed[0],
        covariance=contrast @ covariance @ contrast.T,
        studies=finite,
    )


def homogeneity_tests(equal_loglik: float, full: Saturated, design: Array) -> Homogeneity:
    """Compare the equal-effects model with the saturated one.

    Parameters
    ----------
    equal_loglik : float
        The log-likelihood of the equal-effects model.
    full : Saturated
        The saturated model.
    design : array, shape (k, p)
        Moderators.
    """
    k, p = design.shape
    df = k - p
    lrt = max(0.0, 2 * (full.loglik - equal_loglik))
    wald = 0.0
    if len(full.studies):
        try:
            factor = np.linalg.cholesky(full.covariance)
        except np.linalg.LinAlgError as error:
            raise ConvergenceError("the covariance of the studies' own effects is not positive definite") from error
        left = np.linalg.solve(factor, design[full.studies])
        right = np.linalg.solve(factor, full.effects)
        residual = right - left @ np.linalg.lstsq(left, right, rcond=None)[0]
        wald = float(residual @ residual)
    if df <= 0:
        return Homogeneity(wald=wald, wald_pvalue=math.nan, lrt=lrt, lrt_pvalue=math.nan, df=float(df))
    return Homogeneity(
        wald=wald,
        wald_pvalue=float(chdtrc(df, wald)),
        lrt=lrt,
        lrt_pvalue=float(chdtrc(df, lrt)),
        df=float(df),
    )
