"""From checked studies, a design and choices to a result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .cautions import list_cautions
from .choices import FIXED, NO_RANDOM_EFFECT, Choices
from .core import Batch, make_batch, project
from .heterogeneity import I2_FROM_TAU2, Heterogeneity, heterogeneity
from .inference import MEAN_ONLY, Inference, column_units, infer, infer_single
from .likelihood import FitStatistics, fit_statistics
from .moments import check_weights
from .prediction import choose_prediction
from .result import PooledResult
from .tau2 import WEIGHTED, Convergence, estimate_tau2, tau2_standard_error

if TYPE_CHECKING:
    from .core import Array
    from .design import Design
    from .inputs import Studies

__all__ = ["fit_studies"]


def fit_studies(studies: Studies, design: Design, choices: Choices) -> PooledResult:
    """Fit one model.

    Parameters
    ----------
    studies : Studies
        Checked effects and variances.
    design : Design
        One row per included study.
    choices : Choices
        Checked options.

    Raises
    ------
    ConvergenceError
        Where τ² was not found.
    InputError
        Where there are not more studies than coefficients.
    """
    k, p = design.matrix.shape
    if k == 1 and not design.has_moderators:
        return _single_study(studies, design, choices)
    if k <= p:
        raise InputError(f"a model with {p} coefficients needs at least {p + 1} studies; there are {k}")
    _check_test(choices, design)
    batch = make_batch(studies.yi, studies.vi, design.matrix / column_units(design.matrix))
    weights = _weights(studies, choices)
    moment_weights = check_weights(batch, weights) if choices.tau2_method in WEIGHTED else None
    tau2, tau2_se, convergence = _tau2(batch, choices, moment_weights)
    found = heterogeneity(
        batch,
        tau2,
        tau2_se,
        method=choices.tau2_method,
        level=choices.level,
        interval=choices.tau2_ci_method,
        weights=weights,
    )
    inference = infer(batch, tau2, design=design, test=choices.test, level=choices.level, weights=weights)
    prediction = choose_prediction(choices.prediction, test=choices.test, k=k, p=p, df=inference.df)
    estimated = choices.tau2_method not in (*NO_RANDOM_EFFECT, FIXED)
    ml = fit_statistics(batch, tau2, kind="ML", tau2_estimated=estimated)
    reml = fit_statistics(batch, tau2, kind="REML", tau2_estimated=estimated)
    if weights is not None:
        lower = _misfit(batch, studies, design, inference, tau2)
        ml, reml = _at_lower(ml, lower), _at_lower(reml, lower)
    return PooledResult(
        studies=studies,
        design=design,
        choices=choices,
        test=choices.test,
        inference=inference,
        heterogeneity=found,
        prediction=prediction,
        ml=ml,
        reml=reml,
        r2=_r2(batch, choices, design, inference, tau2, moment_weights),
        convergence=convergence,
        cautions=list_cautions(
            choices,
            vi=studies.vi,
            dropped=studies.reasons,
            design=design,
            inference=inference,
            heterogeneity=found,
            prediction=prediction,
            convergence=convergence,
        ),
    )


def _check_test(choices: Choices, design: Design) -> None:
    """Refuse a test where it is not defined."""
    if choices.test not in MEAN_ONLY:
        return
    if design.has_moderators or choices.weights != "inverse-variance":
        what = "a model with moderators" if design.has_moderators else "given weights"
        raise InputError(f"test={choices.test!r} is for a mean with inverse-variance weights, not for {what}")
    if choices.test == "kr" and choices.tau2_method != "REML":
        raise InputError(f"test='kr' goes with tau2='REML', whose likelihood it expands; τ² is {choices.tau2_method!r}")


def _weights(studies: Studies, choices: Choices) -> Array | None:
    """Return the weights of the estimate, shape (1, k) with largest 1; None for the inverse of the variances."""
    if choices.weights == "equal":
        return np.ones((1, len(studies.yi)))
    if choices.weights == "given" and studies.weights is not None:
        return np.asarray(studies.weights / studies.weights.max())[None]
    return None


def _tau2(batch: Batch, choices: Choices, weights: Array | None) -> tuple[float, float, Convergence]:
    """Return τ², its standard error and the certificate."""
    if choices.tau2_method == FIXED:
        given = choices.tau2_given
        return given, math.nan, Convergence(iterations=0, bracket=(given, given), modes=(given,), logliks=(0.0,))
    estimate = estimate_tau2(batch, choices.tau2_method, weights)
    se = tau2_standard_error(batch, estimate.tau2, choices.tau2_method, weights)
    return float(estimate.tau2[0]), float(se[0]), estimate.certificate()


def _r2(
    batch: Batch, choices: Choices, design: Design, inference: Inference, tau2: float, weights: Array | None
) -> float:
    """Return the share of τ² that the moderators account for, in percent."""
    if not (design.has_moderators and design.spans_mean) or choices.tau2_method == FIXED:
        return math.nan
    if choices.tau2_method in NO_RANDOM_EFFECT:
        return inference.r2_adjusted
    mean = make_batch(batch.y, batch.v)
    without = float((estimate_tau2(mean, choices.tau2_method, weights).tau2 * batch.unit)[0])
    return 100 * max(0.0, (without - tau2) / without) if without > 0 else 0.0


def _misfit(batch: Batch, studies: Studies, design: Design, inference: Inference, tau2: float) -> float:
    """Return how far the log-likelihood at coefficients by given weights is below that at its maximum."""
    best = project(batch.y, batch.v, batch.x, np.array([tau2]) / batch.unit)
    residuals = studies.yi - design.matrix @ inference.coef
    own = float((np.square(residuals) / (studies.vi + tau2)).sum())
    return 0.5 * max(0.0, own - float(best.q[0]))


def _at_lower(statistics: FitStatistics, lower: float) -> FitStatistics:
    """Return the fit statistics where the log-likelihood is lower by some amount."""
    return FitStatistics(
        loglik=statistics.loglik - lower,
        deviance=statistics.deviance + 2 * lower,
        aic=statistics.aic + 2 * lower,
        bic=statistics.bic + 2 * lower,
        aicc=statistics.aicc + 2 * lower,
    )


def _single_study(studies: Studies, design: Design, choices: Choices) -> PooledResult:
    """Return the study's own estimate; what takes two studies is NaN."""
    known = {"EE": 0.0, "FE": 0.0, FIXED: choices.tau2_given}.get(choices.tau2_method, math.nan)
    nothing = (math.nan, math.nan)
    found = Heterogeneity(
        q=0.0,
        q_df=0.0,
        q_pvalue=math.nan,
        tau2=known,
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
    used = 0.0 if math.isnan(known) else known
    inference = infer_single(float(studies.yi[0]), float(studies.vi[0]) + used, design=design, level=choices.level)
    prediction = choose_prediction("k-p", test="z", k=1, p=1)
    convergence = Convergence(iterations=0, bracket=(known, known), modes=(known,), logliks=(0.0,))
    total = float(studies.vi[0]) + used
    loglik = -0.5 * math.log(2 * math.pi * total)
    undefined = FitStatistics(loglik=math.nan, deviance=math.nan, aic=math.nan, bic=math.nan, aicc=math.nan)
    return PooledResult(
        studies=studies,
        design=design,
        choices=choices,
        test="z",
        inference=inference,
        heterogeneity=found,
        prediction=prediction,
        ml=FitStatistics(loglik=loglik, deviance=0.0, aic=math.nan, bic=math.nan, aicc=math.nan),
        reml=undefined,
        r2=math.nan,
        convergence=convergence,
        cautions=list_cautions(
            choices,
            vi=np.asarray(studies.vi),
            dropped=studies.reasons,
            design=design,
            inference=inference,
            heterogeneity=found,
            prediction=prediction,
            convergence=convergence,
        ),
    )
