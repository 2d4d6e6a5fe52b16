r"""The hat matrix of a fit, :math:`H = X (X'AX)^{-1} X'A`, for its own weights or for given ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..pool.core import project
from ..pool.hat import one_less_leverage
from ..pool.inference import column_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool import PooledResult
    from ..pool.core import Array
    from .refit import ModelData

__all__ = ["Leverages", "leverages"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leverages:
    r"""The QR decomposition :math:`A^{1/2} X = QT`.

    Attributes
    ----------
    weights : array, shape (k,)
        The diagonal of A.
    basis, root : array, shape (k, p) and (p, p)
        Q and T, of the design whose columns are divided by `evidence.pool.inference.column_units`.
    given : bool
        Whether the weights were given, or are 1/(v + τ²).
    """

    weights: Array
    basis: Array
    root: Array
    given: bool

    @property
    def hat(self) -> Array:
        """The diagonal of H, shape (k,)."""
        return np.asarray((self.basis * self.basis).sum(axis=1))

    def matrix(self) -> Array:
        """Return H, shape (k, k)."""
        scale = np.sqrt(self.weights)
        return np.asarray((self.basis @ self.basis.T) * scale / scale[:, None])

    def residual_covariance(self, total: Array) -> Array:
        """Return the covariance of the residuals, shape (k, k), for effects with variances `total`."""
        if self.given:
            rest = np.eye(len(total)) - self.matrix()
            return np.asarray((rest * total) @ rest.T)
        sd = np.sqrt(total)
        values = -(sd[:, None] * (self.basis @ self.basis.T) * sd)
        np.fill_diagonal(values, self.residual_variance(total))
        return np.asarray(values)

    def residual_variance(self, total: Array) -> Array:
        """Return the variances of the residuals, shape (k,), without loss where a study holds nearly all the weight."""
        if self.given:
            return np.asarray(np.diag(self.residual_covariance(total)))
        return np.asarray(total * one_less_leverage(self.basis))

    def fitted_variance(self, data: ModelData, which: NDArray[np.intp], tau2: Array) -> Array:
        """Return the variance of the fitted value of some studies, each at its own τ², shape (m,).

        With weights 1/(v + τ²) it is that of the fit times the leverage; with given weights it comes from H.
        """
        if not self.given:
            return np.asarray(self.hat[which] * (tau2 + data.v[which]))
        square = self.matrix()[which] ** 2
        return np.asarray(square @ data.v + tau2 * square.sum(axis=1))

    def coefficient_variance(self, data: ModelData, tau2: Array) -> Array:
        """Return the variances of the coefficients of all studies at several τ², shape (m, p)."""
        if self.given:
            made_of = np.linalg.solve(self.root, (self.basis * np.sqrt(self.weights)[:, None]).T)
            square = made_of**2
            return np.asarray(square @ data.v + tau2[:, None] * square.sum(axis=1))
        fit = project(data.y, data.v, data.x, tau2)
        if fit.root is None:
            return np.asarray(1 / fit.total)[:, None]
        inverse = np.linalg.solve(fit.root, np.broadcast_to(np.eye(data.p), fit.root.shape))
        return np.asarray((inverse * inverse).sum(axis=-1))


def leverages(fit: PooledResult) -> Leverages:
    """Return the leverages of a fit of two or more studies."""
    given = fit.study_weights
    weights = 1 / (fit.vi + fit.tau2) if given is None else given
    design = fit.design.matrix / column_units(fit.design.matrix)
    basis, root = np.linalg.qr(np.sqrt(weights)[:, None] * design)
    return Leverages(weights=weights, basis=basis, root=root, given=given is not None)
