r"""One model fitted again to many variations of its data: the step under every diagnostic.

Effects are centred at that of the most precise study where the model has an intercept to take it up, so that what
a deletion changes is not lost beside a large mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..pool.choices import FIXED
from ..pool.core import Batch, make_batch, project, residual_variance, trace_p
from ..pool.inference import column_units
from ..pool.tau2 import estimate_tau2
from ..vocabulary import BatchTest, allowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool import PooledResult
    from ..pool.choices import Choices
    from ..pool.core import Array

__all__ = ["ModelData", "Refits", "deleted_batch", "model_data", "refit", "scale_of_test", "spread"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelData:
    """The data of a fit, ready to be varied.

    Attributes
    ----------
    y, v : array, shape (k,)
        Effects less `center`, and sampling variances.
    x : array, shape (k, p), or None
        The design, its columns divided by `units`; None for a mean.
    units : array, shape (p,)
        Powers of two that bring the columns to one size.
    weights : array, shape (k,), or None
        Weights of the estimate; None for 1/(v + τ²).
    center : float
        What was subtracted; 0 without an intercept.
    intercept : int
        The column of the intercept; −1 without one.
    k, p : int
        Studies and coefficients.
    choices : Choices
        The options of the fit.
    """

    y: Array
    v: Array
    x: Array | None
    units: Array
    weights: Array | None
    center: float
    intercept: int
    k: int
    p: int
    choices: Choices

    @property
    def design(self) -> Array:
        """The design in these units, a column of ones for a mean, shape (k, p)."""
        return np.ones((self.k, 1)) if self.x is None else self.x

    def original(self, coef: Array) -> Array:
        """Return coefficients of centred effects, shape (B, p), as those of the effects and the design as given."""
        found = coef / self.units
        if self.intercept >= 0:
            found[:, self.intercept] += self.center
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refits:
    r"""The same model fitted to many data sets.

    Attributes
    ----------
    tau2, scale, df : array, shape (B,)
        Between-study variance; the factor that the test puts on the variances; k − p.
    coef : array, shape (B, p)
        Coefficients of the centred effects.
    factor : array, shape (B, p, p)
        R with :math:`R'R = C^{-1}`: the covariance of the coefficients is :math:`s C`, s the scale. With the usual
        weights :math:`C^{-1} = X'WX`.
    """

    tau2: Array
    scale: Array
    df: Array
    coef: Array
    factor: Array

    def inverse(self) -> Array:
        """Return the inverse of each `factor`, shape (B, p, p)."""
        p = self.factor.shape[-1]
        if p == 1:
            return np.asarray(1 / self.factor)
        return np.asarray(np.linalg.solve(self.factor, np.broadcast_to(np.eye(p), self.factor.shape)))

    def se(self) -> Array:
        """Return the standard errors of the coefficients, shape (B, p)."""
        inverse = self.inverse()
        return np.asarray(np.sqrt(self.scale[:, None] * (inverse * inverse).sum(axis=-1)))


def model_data(fit: PooledResult) -> ModelData:
    """Return the data of a fit, centred.

    Raises
    ------
    InputError
        Where the fit uses a test that refits cannot follow.
    """
    choices, design = fit.choices, fit.design
    tests = allowed(BatchTest)
    if choices.test not in tests:
        raise InputError(
            f"a fit with test={choices.test!r} cannot be refitted many times; use one of {', '.join(map(repr, tests))}"
        )
    units = column_units(design.matrix)
    center = float(fit.yi[fit.vi.argmin()]) if design.intercept >= 0 else 0.0
    return ModelData(
        y=fit.yi - center,
        v=fit.vi,
        x=design.matrix / units if design.has_moderators else None,
        units=units,
        weights=fit.study_weights,
        center=center,
        intercept=design.intercept,
        k=fit.k,
        p=fit.p,
        choices=choices,
    )


def refit(batch: Batch, choices: Choices, weights: Array | None = None) -> Refits:
    """Fit one model to every row of a batch.

    Parameters
    ----------
    batch : Batch
        From `evidence.pool.core.make_batch`; an infinite variance leaves a study out.
    choices : Choices
        Estimator of τ², or its value, and test.
    weights : array, shape (B, k) or (k,), optional
        Weights of the estimate, by default 1/(v + τ²); those of absent studies do not count.

    Raises
    ------
    ConvergenceError
        Where τ² was not found.
    """
    if choices.tau2_method == FIXED:
        tau2 = np.full(len(batch.k), choices.tau2_given)
    else:
        tau2 = estimate_tau2(batch, choices.tau2_method, weights).tau2
    found = project(batch.y, batch.v, batch.x, tau2 / batch.unit)
    scale = scale_of_test(choices.test, residual_variance(batch, found))
    if weights is None:
        root = np.sqrt(found.total)[:, None, None] if found.root is None else found.root
    else:
        given = np.where(np.isfinite(batch.v), weights, 0.0)
        own = project(batch.y, _inverse(given), batch.x, np.zeros(len(batch.k)))
        spreads = np.where(given > 0, batch.v + (tau2 / batch.unit)[:, None], 0.0)
        root = _sandwich(own.basis, own.root, given, own.total, spreads)
        found = own
    unit = np.sqrt(batch.unit)[:, None]
    coef = found.coef * unit
    if batch.intercept >= 0:
        coef[:, batch.intercept] += batch.offset
    return Refits(tau2=tau2, scale=scale, df=batch.df, coef=coef, factor=root / unit[:, :, None])


def scale_of_test(test: str, raw: Array) -> Array:
    """Return the factor on the variances that a test asks for, from the weighted residual variance."""
    if test == "hksj":
        return raw
    return np.asarray(np.maximum(1.0, raw)) if test == "adhoc" else np.ones_like(raw)


def spread(batch: Batch) -> tuple[Array, Array]:
    """Return Cochran's Q and the typical sampling variance of every row, each of shape (B,)."""
    fit = project(batch.y, batch.v, batch.x, np.zeros(len(batch.k)))
    return fit.q, batch.df / trace_p(fit) * batch.unit


def deleted_batch(data: ModelData, left_out: NDArray[np.bool_]) -> Batch:
    """Return a batch in which each row lacks some studies.

    Parameters
    ----------
    data : ModelData
        The data.
    left_out : array of bool, shape (B, k)
        The studies that each row lacks.
    """
    shape = left_out.shape
    return make_batch(np.broadcast_to(data.y, shape), np.where(left_out, np.inf, data.v), data.x)


def _inverse(weights: Array) -> Array:
    """Return variances with these weights, infinite for a weight of 0."""
    return np.asarray(np.divide(1.0, weights, out=np.full(weights.shape, np.inf), where=weights > 0))


def _sandwich(basis: Array | None, root: Array | None, weights: Array, total: Array, spreads: Array) -> Array:
    r"""Return R with :math:`R'R` the inverse of :math:`(X'AX)^{-1} X'A M A X (X'AX)^{-1}`.

    With :math:`A^{1/2} X = QT` that is :math:`T^{-1} Q' A M Q T^{-T}`, so that R is :math:`L^{-1} T`, L the Cholesky
    root of :math:`Q' A M Q`.
    """
    if basis is None or root is None:
        mean: Array = total / np.sqrt((weights * weights * spreads).sum(axis=-1))
        return mean[:, None, None]
    middle = np.swapaxes(basis, -1, -2) @ ((weights * spreads)[..., None] * basis)
    return np.asarray(np.linalg.solve(np.linalg.cholesky(middle), root))
