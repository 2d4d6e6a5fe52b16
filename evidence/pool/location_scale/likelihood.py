r"""The likelihood of the scale coefficients of a location–scale model, with gradient and Hessian.

With :math:`t_i = τ_i^2`, weights :math:`w_i = 1/(v_i + t_i)` and
:math:`P = W - W X (X'WX)^{-1} X' W`, the location coefficients are profiled out (ML) or integrated out (REML):

.. math:: ℓ = \tfrac12 \sum \log w_i - \tfrac12 y'Py \;[- \tfrac12 \log|X'WX|]

With :math:`u = Py` the derivatives in t are :math:`\tfrac12 (u_i^2 - P_{ii})` and
:math:`\tfrac12 P_{ij}^2 - u_i P_{ij} u_j` for REML; for ML :math:`w` takes the place of the diagonal of P and of its
squares. The chain rule goes on to the coefficients. No ``k × k`` matrix is formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..core import project
from ..hat import one_less_leverage
from ..likelihood import profile_log_likelihood

if TYPE_CHECKING:
    from ..core import Array, Projection

__all__ = ["Derivatives", "ScaleProblem", "differentiate", "log_likelihoods", "study_tau2"]

# τ² beyond e^600 sampling variances: the likelihood is far below its maximum there, and squares must not overflow
_MOST = 300.0
_ELEMENTS = 400_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleProblem:
    """What is maximised, in units in which the smallest sampling variance is about 1.

    Attributes
    ----------
    y, v : array, shape (k,)
        Effects and sampling variances.
    x : array, shape (k, p)
        Design of the location, its columns brought to one size.
    basis : array, shape (k, q)
        Columns that span those of the scale design, orthogonal, with mean square 1; the first is constant where the
        design contains a constant.
    shift : float
        What is taken from the linear predictor of the log link, the logarithm of the unit of variance.
    link : {"log", "identity"}
        What the linear predictor is of τ².
    kind : {"ML", "REML"}
        Which likelihood.
    """

    y: Array
    v: Array
    x: Array
    basis: Array
    shift: float
    link: str
    kind: Literal["ML", "REML"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivatives:
    """The log-likelihood at one point, constants left out.

    Attributes
    ----------
    value : float
        The log-likelihood.
    gradient, hessian : array, shape (q,) and (q, q)
        Its derivatives in the coefficients of the basis.
    """

    value: float
    gradient: Array
    hessian: Array


def study_tau2(problem: ScaleProblem, coef: Array) -> Array:
    """Return τ² of each study, shape (..., k), for coefficients of the basis, shape (..., q)."""
    predictor = coef @ problem.basis.T
    if problem.link == "identity":
        return np.asarray(np.maximum(predictor, 0.0))
    return np.asarray(np.exp(np.minimum(predictor - problem.shift, _MOST)))


def log_likelihoods(problem: ScaleProblem, coef: Array) -> Array:
    """Return the log-likelihood, constants left out, for many sets of coefficients.

    Parameters
    ----------
    problem : ScaleProblem
        What is maximised.
    coef : array, shape (N, q)
        Coefficients of the basis.

    Returns
    -------
    array, shape (N,)
    """
    at_once = max(1, _ELEMENTS // problem.x.size)
    parts = []
    for start in range(0, len(coef), at_once):
        total = problem.v + study_tau2(problem, coef[start : start + at_once])
        nothing = np.zeros(len(total))
        parts.append(profile_log_likelihood(problem.y, total, problem.x, nothing, kind=problem.kind))
    return np.concatenate(parts)


def differentiate(problem: ScaleProblem, coef: Array) -> Derivatives:
    """Return the log-likelihood at one set of coefficients, its gradient and its Hessian.

    Parameters
    ----------
    problem : ScaleProblem
        What is maximised.
    coef : array, shape (q,)
        Coefficients of the basis.
    """
    t = study_tau2(problem, coef)
    fit = project(problem.y, problem.v + t, problem.x, np.zeros(()))
    is_reml = problem.kind == "REML"
    value = 0.5 * float(np.log(fit.w).sum()) - 0.5 * float(fit.q)
    diagonal = fit.w
    if is_reml:
        value -= float(np.log(np.abs(np.diagonal(_root(fit)))).sum())
        diagonal = fit.w * one_less_leverage(_basis(fit))
    slope = 0.5 * (fit.u**2 - diagonal)
    rate, bend = (np.ones_like(t), np.zeros_like(t)) if problem.link == "identity" else (t, t)
    moved = problem.basis * rate[:, None]
    return Derivatives(
        value=value,
        gradient=moved.T @ slope,
        hessian=_curvature(fit, moved, is_reml=is_reml) + problem.basis.T @ (problem.basis * (slope * bend)[:, None]),
    )


def _curvature(fit: Projection, moved: Array, *, is_reml: bool) -> Array:
    """Return the second derivatives in t between the columns of `moved`, shape (q, q)."""
    w, basis = fit.w, _basis(fit)
    residual = moved * fit.u[:, None]
    inner = (np.sqrt(w)[:, None] * basis).T @ residual
    data = residual.T @ (w[:, None] * residual) - inner.T @ inner
    if not is_reml:
        return np.asarray(0.5 * moved.T @ ((w * w)[:, None] * moved) - data)
    leverage = np.square(basis).sum(axis=1)
    own = moved.T @ ((w * w * (1 - 2 * leverage))[:, None] * moved)
    pairs = np.einsum("iq,ir,is->qrs", moved * w[:, None], basis, basis, optimize=True).reshape(moved.shape[1], -1)
    return np.asarray(0.5 * (own + pairs @ pairs.T) - data)


def _basis(fit: Projection) -> Array:
    return np.empty((len(fit.w), 0)) if fit.basis is None else fit.basis


def _root(fit: Projection) -> Array:
    return np.ones((1, 1)) if fit.root is None else fit.root
