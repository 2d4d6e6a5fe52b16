"""From checked studies, a design and choices to a result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .cautions import list_cautions
from .choices import FIXED, Choices
from .core import Batch, make_batch, project, residual_variance
from .heterogeneity import I2_FROM_TAU2, Heterogeneity, heterogeneity
from .inference import Inference, infer
from .likelihood import FitStatistics, fit_statistics
from .prediction import choose_prediction
from .result import PooledResult
from .tau2 import Convergence, estimate_tau2, tau2_standard_error

if TYPE_CHECKING:
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
    batch = make_batch(studies.yi, studies.vi, design.matrix)
    tau2, tau2_se, convergence = _tau2(batch, choices)
    found = heterogeneity(batch, tau2, tau2_se, method=choices.tau2_method, level=choices.level)
    raw_scale = float(residual_variance(batch, project(batch.y, batch.v, batch.x, tau2 / batch.unit))[0])
    inference = infer(studies.yi, studies.vi, design, tau2, raw_scale=raw_scale, test=choices.test, level=choices.level)
    prediction = choose_prediction(choices.prediction, test=choices.test, k=k, p=p)
    estimated = choices.tau2_method not in ("EE", FIXED)
    return PooledResult(
        studies=studies,
        design=design,
        choices=choices,
        test=choices.test,
        inference=inference,
        heterogeneity=found,
        prediction=prediction,
        ml=fit_statistics(batch, tau2, kind="ML", tau2_estimated=estimated),
        reml=fit_statistics(batch, tau2, kind="REML", tau2_estimated=estimated),
        r2=_r2(studies, design, choices, inference, tau2),
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


def _tau2(batch: Batch, choices: Choices) -> tuple[float, float, Convergence]:
    """Return τ², its standard error and the certificate."""
    if choices.tau2_method == FIXED:
        given = choices.tau2_given
        return given, math.nan, Convergence(iterations=0, bracket=(given, given), modes=(given,), logliks=(0.0,))
    estimate = estimate_tau2(batch, choices.tau2_method)
    se = tau2_standard_error(batch, estimate.tau2, choices.tau2_method)
    return float(estimate.tau2[0]), float(se[0]), estimate.certificate()


def _r2(studies: Studies, design: Design, choices: Choices, inference: Inference, tau2: float) -> float:
    """Return the share of τ² that the moderators account for, in percent."""
    if not (design.has_moderators and design.spans_mean) or choices.tau2_method == FIXED:
        return math.nan
    if choices.tau2_method == "EE":
        return inference.r2_adjusted
    without = float(estimate_tau2(make_batch(studies.yi, studies.vi), choices.tau2_method).tau2[0])
    return 100 * max(0.0, (without - tau2) / without) if without > 0 else 0.0


def _single_study(studies: Studies, design: Design, choices: Choices) -> PooledResult:
    """Return the study's own estimate; what takes two studies is NaN."""
    known = {"EE": 0.0, FIXED: choices.tau2_given}.get(choices.tau2_method, math.nan)
    nothing = (math.nan, math.nan)
    found = Heterogeneity(
        q=0.0,
        q_df=0.0,
        q_pvalue=math.nan,
        tau2=known,
        tau2_se=math.nan,
        tau2_ci=nothing,
        i2=math.nan,
        i2_ci=nothing,
        h2=math.nan,
        h2_ci=nothing,
        typical_variance=math.nan,
        i2_definition=I2_FROM_TAU2,
        interval_empty=False,
    )
    used = 0.0 if math.isnan(known) else known
    inference = infer(studies.yi, studies.vi, design, used, raw_scale=math.nan, test="z", level=choices.level)
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
