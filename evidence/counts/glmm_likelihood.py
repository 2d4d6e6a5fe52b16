r"""The log-likelihood of a generalised linear mixed model for counts, its gradient and its Hessian.

The predictors are :math:`m_{ia} = o_{ia} + d_{ia}'ψ + e_a ν_i` with common coefficients ψ and, where a model has
them, one free coefficient ν per study; the loadings of the random effects are :math:`\sum_l λ_l M_l`. Since ν of one
study meets no other, the Hessian is an arrow, and everything is solved by its Schur complement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .quadrature import COMPLEX_STEP, Family, LogIntegrals, Rule, integrate

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray
    from ..pool.core import Array

__all__ = ["Derivatives", "MixedModel", "Point", "derivatives", "evaluate", "origin"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedModel:
    """A model for k studies of A arms.

    Attributes
    ----------
    family : Family
        The likelihoods of the arms.
    offset : array, shape (k, A)
        Known parts of the predictors.
    design : array, shape (k, A, P)
        What the common coefficients are multiplied by.
    nuisance : array, shape (A,)
        What each study's own coefficient is multiplied by; zeros where there is none.
    own : array of bool, shape (k,)
        Which studies have an own coefficient.
    basis : array, shape (L, A, d)
        The parts of the loadings; L may be 0, with d = 1.
    """

    family: Family
    offset: Array
    design: Array
    nuisance: Array
    own: BoolArray
    basis: Array

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of common coefficients and of loading parameters."""
        return self.design.shape[2], len(self.basis)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """Values of the parameters: `fixed` (P,), `own` (k,), `loads` (L,); `mode` (k, d) is where the last modes were."""

    fixed: Array
    own: Array
    loads: Array
    mode: Array

    @property
    def common(self) -> Array:
        """The common coefficients, then the loading parameters."""
        return np.concatenate([self.fixed, self.loads])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivatives:
    """The log-likelihood at a point and its first two derivatives.

    Attributes
    ----------
    loglik : float
        The log-likelihood.
    gradient, hessian : array, shape (T,) and (T, T)
        By the T = P + L common parameters, or T = P without the loadings.
    own_gradient, own_hessian : array, shape (k,)
        By each study's own coefficient; 0 and −1 where it has none.
    cross : array, shape (k, T)
        Mixed derivatives.
    point : Point
        The point, with the modes found there.
    """

    loglik: float
    gradient: Array
    hessian: Array
    own_gradient: Array
    own_hessian: Array
    cross: Array
    point: Point

    def profiled(self) -> tuple[Array, Array]:
        """Return gradient and Hessian by the common parameters with the studies' own coefficients at their best."""
        ratio = self.cross / self.own_hessian[:, None]
        return self.gradient - self.own_gradient @ ratio, self.hessian - self.cross.T @ ratio

    def covariance(self) -> Array:
        """Return the inverse of minus the Hessian over the common and the own coefficients, shape (T + k, T + k)."""
        inverse = np.linalg.inv(-self.profiled()[1])
        ratio = -self.cross / self.own_hessian[:, None]
        across = ratio @ inverse
        own = across @ ratio.T - np.diag(1 / self.own_hessian)
        return np.block([[inverse, across.T], [across, own]])


def origin(model: MixedModel, fixed: Array, own: Array, loads: Array) -> Point:
    """Return a point whose modes are not known yet."""
    return Point(fixed=fixed, own=own, loads=loads, mode=np.zeros((len(model.offset), model.basis.shape[2])))


def evaluate(model: MixedModel, point: Point, rule: Rule) -> tuple[float, LogIntegrals]:
    """Return the log-likelihood at a point, and its parts by study."""
    mean, load = _predictors(model, point), _loading(model, point.loads)
    parts = integrate(model.family, mean, load, model.basis[:0], rule, start=point.mode)
    return float(parts.value.sum()), parts


def derivatives(model: MixedModel, point: Point, rule: Rule, *, loads: bool = True) -> Derivatives:
    """Return the log-likelihood and its derivatives at a point.

    The Hessian is exact: one complex step for each predictor and each loading parameter. Without `loads` there are
    no derivatives by the latter.
    """
    mean, load = _predictors(model, point), _loading(model, point.loads)
    basis = model.basis if loads else model.basis[:0]
    parts = integrate(model.family, mean, load, basis, rule, start=point.mode)
    arms, count = mean.shape[1], len(basis)
    local = np.empty((len(mean), arms + count, arms + count))
    for place in range(arms + count):
        moved_mean, moved_load = mean.astype(complex), load.astype(complex)
        if place < arms:
            moved_mean[:, place] += 1j * COMPLEX_STEP
        else:
            moved_load += 1j * COMPLEX_STEP * basis[place - arms]
        moved = integrate(model.family, moved_mean, moved_load, basis, rule, start=parts.mode)
        local[:, place] = moved.gradient.imag / COMPLEX_STEP
    local = 0.5 * (local + np.swapaxes(local, 1, 2))
    return _assemble(model, point, parts, local)


def _assemble(model: MixedModel, point: Point, parts: LogIntegrals, local: Array) -> Derivatives:
    """Carry derivatives by predictors and loadings over to the parameters."""
    arms = model.design.shape[1]
    p, count = model.design.shape[2], local.shape[1] - arms
    to_common = np.zeros((len(local), arms + count, p + count))
    to_common[:, :arms, :p] = model.design
    to_common[:, arms:, p:] = np.eye(count)
    to_own = np.concatenate([model.nuisance, np.zeros(count)])
    half = np.einsum("kuv,kvt->kut", local, to_common)
    own = model.own
    return Derivatives(
        loglik=float(parts.value.sum()),
        gradient=np.einsum("ku,kut->t", parts.gradient, to_common),
        hessian=np.einsum("kus,kut->st", to_common, half),
        own_gradient=np.where(own, parts.gradient @ to_own, 0.0),
        own_hessian=np.where(own, np.minimum((local @ to_own) @ to_own, -1e-300), -1.0),
        cross=np.where(own[:, None], np.einsum("u,kut->kt", to_own, half), 0.0),
        point=Point(fixed=point.fixed, own=point.own, loads=point.loads, mode=parts.mode),
    )


def _predictors(model: MixedModel, point: Point) -> Array:
    own = np.where(model.own, point.own, 0.0)
    return np.asarray(model.offset + model.design @ point.fixed + own[:, None] * model.nuisance)


def _loading(model: MixedModel, loads: Array) -> Array:
    return np.asarray(np.tensordot(loads, model.basis, axes=1))
