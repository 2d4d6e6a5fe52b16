"""From the studies and the choices of a generalised linear mixed model to its result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ConvergenceError, InputError
from ..pool.core import make_batch
from ..pool.heterogeneity import typical_variance
from ..pool.likelihood import FitStatistics
from ..pool.prediction import choose_prediction
from .glmm_cautions import glmm_cautions
from .glmm_homogeneity import Homogeneity, Saturated, homogeneity_tests, saturated, saturated_with_random_studies
from .glmm_inference import wald_inference
from .glmm_models import (
    ArmFamily,
    build_model,
    effect_variances,
    families,
    first_guess,
    need_finite_estimate,
)
from .glmm_optimum import Optimum, maximise
from .glmm_result import I2_OF_GLMM, GlmmConvergence, GlmmResult

if TYPE_CHECKING:
    from ..pool.core import Array
    from .glmm_choices import GlmmChoices
    from .glmm_data import CountStudies
    from .glmm_likelihood import MixedModel

__all__ = ["fit_counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variances:
    tau2: float
    tau2_se: float
    sigma2: float
    rho: float


def fit_counts(studies: CountStudies, choices: GlmmChoices, prediction: str | None) -> GlmmResult:
    """Fit one model.

    Parameters
    ----------
    studies : CountStudies
        Checked counts and moderators.
    choices : GlmmChoices
        Checked options.
    prediction : str, optional
        As in `evidence.counts.glmm`.

    Raises
    ------
    InputError
        Where the counts determine no finite estimate, or there are too few studies.
    ConvergenceError
        Where the likelihood has no maximum.
    """
    design = studies.design
    k, p = design.matrix.shape
    if choices.model == "UM.RS" and k < 2:
        raise InputError("model='UM.RS' needs two studies at least: with one, study levels cannot vary")
    family, offset = families(studies.numbers, choices.measure, choices.model)
    fixed = build_model(
        family, offset, design.matrix, model=choices.model, random=False, coding=choices.coding, cor=False
    )
    need_finite_estimate(fixed, family, design.names)
    equal = _maximum(fixed, family, choices.nagq)
    random = choices.tau2 == "ML" and k > p and k > 1
    model = fixed
    if random:
        model = build_model(
            family, offset, design.matrix, model=choices.model, random=True, coding=choices.coding, cor=choices.cor
        )
    found = _maximum(model, family, choices.nagq) if random else equal
    variances = _variances(found, choices, random=random)
    tests, trouble, full = _homogeneity(family, offset, equal, design.matrix, choices)
    highest = full.loglik if full is not None else math.nan
    statistics, parameters = _statistics(found.at.loglik, highest, found, choices, k)
    conditional, _ = _statistics(_conditional_loglik(model, found), highest, found, choices, k)
    i2, h2 = _inconsistency(studies, choices, variances.tau2)
    test = choices.test if k > 1 else "z"
    return GlmmResult(
        studies=studies,
        choices=choices,
        inference=wald_inference(
            found.at.point.fixed[:p], _coefficient_covariance(found, p), design, k=k, test=test, level=choices.level
        ),
        tau2=variances.tau2,
        tau2_se=variances.tau2_se,
        sigma2=variances.sigma2,
        rho=variances.rho,
        homogeneity=tests,
        i2=i2,
        h2=h2,
        i2_definition=I2_OF_GLMM,
        statistics=statistics,
        conditional_statistics=conditional,
        parameters=parameters,
        prediction=choose_prediction(prediction, test=test, k=k, p=p),
        convergence=_certificate(found, choices),
        cautions=(*glmm_cautions(studies, choices, found, variances.tau2), *trouble),
    )


def _maximum(model: MixedModel, family: ArmFamily, nagq: int | None) -> Optimum:
    start, spread = first_guess(model, family)
    return maximise(model, start, spread, nagq)


def _variances(found: Optimum, choices: GlmmChoices, *, random: bool) -> _Variances:
    """Return the variances from the loadings, which are standard deviations or a Cholesky factor."""
    loads = found.at.point.loads
    sigma2, rho = math.nan, math.nan
    effect = loads
    if choices.model == "UM.RS":
        sigma2, effect = float(loads[0] ** 2), loads[1:]
    if not random:
        known = 0.0 if choices.tau2 == "EE" else math.nan
        return _Variances(tau2=known, tau2_se=math.nan, sigma2=sigma2, rho=rho)
    tau2 = float(effect @ effect)
    if choices.cor and tau2 > 0 and sigma2 > 0:
        rho = float(np.sign(loads[0]) * loads[1] / math.sqrt(tau2))
    se = math.nan
    if tau2 > 0:
        slope = np.zeros(len(found.at.gradient))
        slope[len(slope) - len(effect) :] = 2 * effect
        se = math.sqrt(max(0.0, float(slope @ _common_covariance(found) @ slope)))
    return _Variances(tau2=tau2, tau2_se=se, sigma2=sigma2, rho=rho)


def _common_covariance(found: Optimum) -> Array:
    """Return the covariance of coefficients and loadings; a loading of 0 is at its bound and has none."""
    information = -found.at.profiled()[1]
    loads = found.at.point.loads
    kept = np.concatenate([np.ones(len(information) - len(loads), bool), loads != 0])
    covariance = np.zeros(information.shape)
    covariance[np.ix_(kept, kept)] = np.linalg.inv(information[np.ix_(kept, kept)])
    return covariance


def _coefficient_covariance(found: Optimum, p: int) -> Array:
    covariance = _common_covariance(found)[:p, :p]
    return 0.5 * (covariance + covariance.T)


def _homogeneity(
    family: ArmFamily, offset: Array, equal: Optimum, design: Array, choices: GlmmChoices
) -> tuple[Homogeneity, tuple[str, ...], Saturated | None]:
    """Return the tests, a caution where they failed, and the saturated model."""
    k, p = design.shape
    nothing = Homogeneity(wald=math.nan, wald_pvalue=math.nan, lrt=math.nan, lrt_pvalue=math.nan, df=float(k - p))
    try:
        full = (
            saturated_with_random_studies(family, choices.nagq)
            if choices.model == "UM.RS"
            else saturated(family, offset)
        )
        tests = homogeneity_tests(equal.at.loglik, full, design)
    except ConvergenceError as error:
        return nothing, (f"There is no test of homogeneity: {error}.",), None
    return (tests if k > 1 else nothing), (), full


def _statistics(
    loglik: float, saturated_loglik: float, found: Optimum, choices: GlmmChoices, k: int
) -> tuple[FitStatistics, int]:
    """Return the criteria of a log-likelihood, and the number of parameters; observations are arms or tables."""
    two_arms = choices.model in ("UM.FS", "UM.RS")
    parameters = len(found.at.gradient) + (k if choices.model == "UM.FS" else 0)
    n = 2 * k if two_arms else k
    corrected = max(n, parameters + 2)
    statistics = FitStatistics(
        loglik=loglik,
        deviance=2 * (saturated_loglik - loglik),
        aic=-2 * loglik + 2 * parameters,
        bic=-2 * loglik + parameters * math.log(n),
        aicc=-2 * loglik + 2 * parameters * corrected / (corrected - parameters - 1),
    )
    return statistics, parameters


def _inconsistency(studies: CountStudies, choices: GlmmChoices, tau2: float) -> tuple[float, float]:
    matrix = studies.design.matrix
    k, p = matrix.shape
    if k <= p:
        return math.nan, math.nan
    variances = effect_variances(studies.numbers, choices.measure)
    typical = float(typical_variance(make_batch(np.zeros(k), variances, matrix))[0])
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _conditional_loglik(model: MixedModel, found: Optimum) -> float:
    """Return the log-likelihood of the counts given the most likely random effects."""
    point = found.at.point
    eta = (
        model.offset
        + model.design @ point.fixed
        + np.where(model.own, point.own, 0.0)[:, None] * model.nuisance
        + point.mode @ np.tensordot(point.loads, model.basis, axes=1).T
    )
    return float(model.family.derivatives(eta[:, :, None], 0)[0].sum())


def _certificate(found: Optimum, choices: GlmmChoices) -> GlmmConvergence:
    first = 1 if choices.model == "UM.RS" else 0
    return GlmmConvergence(
        distance=found.distance,
        iterations=found.iterations,
        points=found.points,
        quadrature_error=found.quadrature_error,
        modes=tuple(float(sum(load**2 for load in mode[first:])) for mode in found.modes),
        logliks=found.logliks,
    )
