"""Log-likelihoods of the normal–normal model, and the criteria made from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .core import Array, Batch, Projection, project

__all__ = ["FitStatistics", "Kind", "fit_statistics", "log_likelihood", "profile_log_likelihood"]

Kind = Literal["ML", "REML"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitStatistics:
    """How well a model fits, by one kind of likelihood.

    Attributes
    ----------
    loglik : float
        The log-likelihood at the estimates, constants included.
    deviance : float
        For ML −2 times the difference from a saturated model with the same sampling variances; for REML
        −2 times the log-likelihood.
    aic, bic, aicc : float
        Information criteria. The parameters are the coefficients and, where it was estimated, τ²; the
        observations are k for ML and k − p for REML.
    """

    loglik: float
    deviance: float
    aic: float
    bic: float
    aicc: float


def profile_log_likelihood(y: Array, v: Array, x: Array | None, tau2: Array, *, kind: Kind) -> Array:
    r"""Return the log-likelihood of τ² with the coefficients profiled or integrated out, without constants.

    .. math:: ℓ(τ²) = -\tfrac12 \sum \log(v_i + τ²) - \tfrac12 y'Py \;[- \tfrac12 \log|X'WX|]

    The last term belongs to REML. Absent studies (infinite variance) do not count.

    Parameters
    ----------
    y, v : array, shape (..., k)
        Effects and variances.
    x : array, shape (..., k, p), or None
        The design.
    tau2 : array, shape (...)
        Where to evaluate.
    kind : {"ML", "REML"}
        Which likelihood.
    """
    fit = project(y, v, x, tau2)
    log_w = np.log(fit.w, out=np.zeros_like(fit.w), where=fit.w > 0)
    loglik = 0.5 * log_w.sum(axis=-1) - 0.5 * fit.q
    return np.asarray(loglik - 0.5 * _log_determinant(fit) if kind == "REML" else loglik)


def log_likelihood(batch: Batch, tau2: Array, *, kind: Kind) -> Array:
    r"""Return the log-likelihood of each row at its τ², all constants included, in the units of the data.

    For REML the constant is that of the density of the error contrasts,
    :math:`-\tfrac12 (k-p) \log 2π + \tfrac12 \log|X'X|` (Harville 1974, doi:10.1093/biomet/61.2.383).

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    tau2 : array, shape (B,)
        In the units of the data.
    kind : {"ML", "REML"}
        Which likelihood.

    Examples
    --------
    >>> from evidence.pool.core import make_batch
    >>> batch = make_batch([0.1, 0.4, 0.7], [0.04, 0.09, 0.05])
    >>> float(log_likelihood(batch, np.array([0.02]), kind="ML").round(4)[0])
    -0.3033
    """
    profile = profile_log_likelihood(batch.y, batch.v, batch.x, tau2 / batch.unit, kind=kind)
    if kind == "ML":
        return np.asarray(profile - 0.5 * batch.k * np.log(2 * np.pi * batch.unit))
    constant = 0.5 * _log_unweighted_determinant(batch) - 0.5 * batch.df * np.log(2 * np.pi * batch.unit)
    return np.asarray(profile + constant)


def fit_statistics(batch: Batch, tau2: float, *, kind: Kind, tau2_estimated: bool) -> FitStatistics:
    """Return the fit statistics of a single meta-analysis.

    Parameters
    ----------
    batch : Batch
        One meta-analysis.
    tau2 : float
        In the units of the data.
    kind : {"ML", "REML"}
        Which likelihood.
    tau2_estimated : bool
        Whether τ² counts as a parameter.
    """
    loglik = float(log_likelihood(batch, np.array([tau2]), kind=kind)[0])
    parameters = batch.p + int(tau2_estimated)
    n = float(batch.k[0] if kind == "ML" else batch.df[0])
    saturated = 0.0
    if kind == "ML":
        saturated = -0.5 * float(np.log(2 * np.pi * batch.v[0] * batch.unit[0]).sum())
    corrected = max(n, parameters + 2)
    return FitStatistics(
        loglik=loglik,
        deviance=-2 * (loglik - saturated),
        aic=-2 * loglik + 2 * parameters,
        bic=-2 * loglik + parameters * math.log(n),
        aicc=-2 * loglik + 2 * parameters * corrected / (corrected - parameters - 1),
    )


def _log_unweighted_determinant(batch: Batch) -> Array:
    """Return log|X'X| of the studies present."""
    if batch.x is None:
        return np.asarray(np.log(batch.k))
    flat = np.where(np.isfinite(batch.v), 1.0, np.inf)
    return _log_determinant(project(np.zeros_like(batch.y), flat, batch.x, np.zeros(len(batch.k))))


def _log_determinant(fit: Projection) -> Array:
    """Return log|X'WX|."""
    if fit.root is None:
        return np.asarray(np.log(fit.total))
    return np.asarray(2 * np.log(np.abs(np.diagonal(fit.root, axis1=-2, axis2=-1))).sum(axis=-1))
