"""From checked studies, a design and choices to a result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..vocabulary import NO_RANDOM_EFFECT
from .choices import FIXED, Choices
from .core import Batch, make_batch
from .details import Details, SingleStudyDetails
from .inference import MEAN_ONLY, column_units, infer, infer_single
from .moments import check_weights
from .prediction import choose_prediction
from .result import PooledResult
from .tau2 import WEIGHTED, Convergence, estimate_tau2

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
        Where there are not more studies than coefficients, or a test or an interval does not go with the model.
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
    tau2, convergence = _tau2(batch, choices, moment_weights)
    inference = infer(batch, tau2, design=design, test=choices.test, level=choices.level, weights=weights)
    prediction = choose_prediction(choices.prediction, test=choices.test, k=k, p=p, df=inference.df)
    details = Details(
        studies=studies,
        design=design,
        choices=choices,
        batch=batch,
        weights=weights,
        moment_weights=moment_weights,
        tau2=tau2,
        inference=inference,
        prediction=prediction,
        convergence=convergence,
    )
    if choices.tau2_ci_method is not None:
        if choices.tau2_method in (*NO_RANDOM_EFFECT, FIXED):
            raise InputError(
                f"tau2_ci_method={choices.tau2_ci_method!r} is for an estimated τ², and here it is "
                f"{'given' if choices.tau2_method == FIXED else '0'}; leave it out"
            )
        # an interval that does not go with the model is refused now, not when it is looked at
        details.heterogeneity  # noqa: B018
    return PooledResult(
        studies=studies,
        design=design,
        choices=choices,
        test=choices.test,
        tau2=tau2,
        inference=inference,
        prediction=prediction,
        convergence=convergence,
        details=details,
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


def _tau2(batch: Batch, choices: Choices, weights: Array | None) -> tuple[float, Convergence]:
    """Return τ² and its certificate."""
    if choices.tau2_method == FIXED:
        given = choices.tau2_given
        return given, Convergence(iterations=0, bracket=(given, given), modes=(given,), logliks=(0.0,))
    estimate = estimate_tau2(batch, choices.tau2_method, weights)
    return float(estimate.tau2[0]), estimate.certificate()


def _single_study(studies: Studies, design: Design, choices: Choices) -> PooledResult:
    """Return the study's own estimate; what takes two studies is NaN."""
    known = {"EE": 0.0, "FE": 0.0, FIXED: choices.tau2_given}.get(choices.tau2_method, math.nan)
    used = 0.0 if math.isnan(known) else known
    inference = infer_single(float(studies.yi[0]), float(studies.vi[0]) + used, design=design, level=choices.level)
    prediction = choose_prediction("k-p", test="z", k=1, p=1)
    convergence = Convergence(iterations=0, bracket=(known, known), modes=(known,), logliks=(0.0,))
    return PooledResult(
        studies=studies,
        design=design,
        choices=choices,
        test="z",
        tau2=known,
        inference=inference,
        prediction=prediction,
        convergence=convergence,
        details=SingleStudyDetails(
            studies=studies,
            design=design,
            choices=choices,
            tau2=known,
            inference=inference,
            prediction=prediction,
            convergence=convergence,
        ),
    )
