"""From checked data and choices to a location–scale result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtrc

from ...errors import InputError
from ..core import make_batch, project
from ..heterogeneity import typical_variance
from ..inference import column_units, infer
from ..likelihood import FitStatistics, log_likelihood
from .basis import orthogonalise
from .cautions import list_cautions
from .inference import infer_scale
from .likelihood import ScaleProblem
from .optimum import maximise
from .result import LocationScaleResult

if TYPE_CHECKING:
    from ..core import Array
    from .inputs import LocationScaleData
    from .optimum import ScaleOptimum
    from .result import LocationScaleChoices

__all__ = ["fit_location_scale"]


def fit_location_scale(data: LocationScaleData, choices: LocationScaleChoices) -> LocationScaleResult:
    """Fit one location–scale model.

    Parameters
    ----------
    data : LocationScaleData
        Checked effects, variances and designs.
    choices : LocationScaleChoices
        Checked options.

    Raises
    ------
    InputError
        Where there are not more studies than coefficients of both parts.
    ConvergenceError
        Where the likelihood of the scale coefficients has no finite maximum.
    """
    studies, location, scale = data.studies, data.location, data.scale
    k, p, q = *location.matrix.shape, scale.matrix.shape[1]
    if k <= p + q:
        raise InputError(
            f"a model with {p} location and {q} scale coefficients needs at least {p + q + 1} studies; there are {k}"
        )
    batch = make_batch(studies.yi, studies.vi, location.matrix / column_units(location.matrix))
    unit = float(batch.unit[0])
    basis = orthogonalise(scale, column_units(scale.matrix))
    kind: Literal["ML", "REML"] = "REML" if choices.method == "REML" else "ML"
    problem = ScaleProblem(
        y=batch.y[0],
        v=batch.v[0],
        x=np.ones((k, 1)) if batch.x is None else batch.x,
        basis=basis.columns,
        shift=math.log(unit),
        link=choices.link,
        kind=kind,
    )
    found = maximise(problem)
    to_data = basis.to_design * (unit if choices.link == "identity" else 1.0)
    df = math.inf if choices.test == "z" else float(k - q)
    tau2 = found.tau2 * unit
    at_zero = project(batch.y, batch.v, batch.x, np.zeros(1))
    whole = make_batch(studies.yi, studies.vi + tau2, location.matrix / column_units(location.matrix))
    inference = infer(whole, 0.0, design=location, test=choices.test, level=choices.level, weights=None)
    tau2.setflags(write=False)
    result = LocationScaleResult(
        studies=studies,
        design=location,
        scale_design=scale,
        choices=choices,
        inference=inference,
        scale=infer_scale(to_data @ found.coef, _covariance(found, to_data), design=scale, df=df, level=choices.level),
        tau2=tau2,
        q=float(at_zero.q[0]),
        q_df=float(k - p),
        q_pvalue=float(chdtrc(k - p, float(at_zero.q[0]))),
        typical_variance=float(typical_variance(batch)[0]),
        ml=_statistics(log_likelihood(whole, np.zeros(1), kind="ML"), k, p + q, vi=studies.vi),
        reml=_statistics(log_likelihood(whole, np.zeros(1), kind="REML"), k - p, p + q, vi=None),
        boundary=tuple(np.flatnonzero(found.active).tolist()),
        certificate=found.certificate,
        cautions=(),
    )
    return result.with_cautions(list_cautions(result))


def _covariance(found: ScaleOptimum, to_data: Array) -> Array:
    """Return the covariance of the scale coefficients; none where a τ² is on the boundary."""
    q = len(found.coef)
    if found.active.any():
        return np.full((q, q), np.nan)
    values, vectors = np.linalg.eigh(-found.hessian)
    root = to_data @ (vectors / np.sqrt(values))
    return np.asarray(root @ root.T)


def _statistics(loglik: Array, n: float, parameters: int, *, vi: Array | None) -> FitStatistics:
    """Return the fit statistics; the saturated model of ML has the sampling variances alone."""
    value = float(loglik[0])
    saturated = 0.0 if vi is None else -0.5 * float(np.log(2 * np.pi * vi).sum())
    corrected = max(n, parameters + 2)
    return FitStatistics(
        loglik=value,
        deviance=-2 * (value - saturated),
        aic=-2 * value + 2 * parameters,
        bic=-2 * value + parameters * math.log(n),
        aicc=-2 * value + 2 * parameters * corrected / (corrected - parameters - 1),
    )
