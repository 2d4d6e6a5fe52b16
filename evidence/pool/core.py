r"""Weighted sums of many small meta-analyses at once: the arithmetic under every model.

A *batch* is ``B`` meta-analyses of up to ``k`` studies: effects ``y[B, k]``, sampling variances ``v[B, k]`` and one
design ``x[k, p]`` for all of them (or ``x[B, k, p]``; ``None`` for a mean). An infinite variance takes a study out
of its row, so that rows may differ in size.

With weights :math:`w_i = 1/(v_i + τ²)`, :math:`W = \mathrm{diag}(w)` and
:math:`P = W - W X (X'WX)^{-1} X' W`, every estimator is made of :math:`y'Py`, :math:`y'PPy`, :math:`y'PPPy`,
:math:`\mathrm{tr} P` and :math:`\mathrm{tr} PP`. No ``k × k`` matrix is formed. For a mean the traces are sums of
positive terms only, so that one study that outweighs the others by many orders of magnitude costs no digits; for a
regression they come from the QR decomposition of :math:`W^{1/2} X`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .hat import off_diagonal, one_less_leverage

__all__ = [
    "Array",
    "Batch",
    "Projection",
    "make_batch",
    "project",
    "residual_variance",
    "trace_p",
    "trace_pp",
    "y_ppp_y",
]

Array = NDArray[np.float64]

_ROUNDING = 16 * np.finfo(float).eps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Meta-analyses of one shape, in units in which their smallest variance is about 1.

    Attributes
    ----------
    y : array, shape (B, k)
        Effects, shifted by `offset` and divided by the square root of `unit`; 0 where the study is absent.
    v : array, shape (B, k)
        Sampling variances divided by `unit`; infinite where the study is absent.
    x : array, shape (k, p) or (B, k, p), or None
        The design; None is the intercept alone.
    k, df : array, shape (B,)
        The number of studies present, and that number less `p`.
    p : int
        Coefficients.
    unit : array, shape (B,)
        The variance unit, a power of four: scaling by it is exact.
    offset : array, shape (B,)
        What was subtracted from the effects before scaling: the effect of the most precise study where the
        model has an intercept, else 0.
    intercept : int
        The column of `x` that is constant at 1; −1 where there is none, 0 where `x` is None.
    """

    y: Array
    v: Array
    x: Array | None
    k: Array
    df: Array
    p: int
    unit: Array
    offset: Array
    intercept: int

    def rows(self, index: NDArray[np.intp]) -> tuple[Array, Array, Array | None]:
        """Return the effects, variances and design of some rows."""
        x = self.x[index] if self.x is not None and self.x.ndim == 3 else self.x
        return self.y[index], self.v[index], x


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """A weighted least-squares fit at a given τ², of any leading shape ``...``.

    Attributes
    ----------
    w : array, shape (..., k)
        Weights.
    u : array, shape (..., k)
        :math:`Py`, the weighted residuals.
    q : array, shape (...)
        :math:`y'Py`, the weighted sum of squared residuals.
    u2 : array, shape (...)
        :math:`y'PPy`, the sum of the squares of `u`.
    coef : array, shape (..., p)
        Coefficients, in the batch's units.
    total : array, shape (...)
        The sum of the weights.
    basis, root : array, shape (..., k, p) and (..., p, p), or None
        The QR decomposition of :math:`W^{1/2}X`; None for a mean.
    """

    w: Array
    u: Array
    q: Array
    u2: Array
    coef: Array
    total: Array
    basis: Array | None
    root: Array | None


def make_batch(y: ArrayLike, v: ArrayLike, x: ArrayLike | None = None) -> Batch:
    """Prepare effects and variances for the engine.

    Parameters
    ----------
    y, v : array-like, shape (B, k) or (k,)
        Effects and positive sampling variances; an infinite variance means that the study is absent.
    x : array-like, shape (k, p) or (B, k, p), optional
        The design, intercept included; None for the intercept alone.

    Raises
    ------
    InputError
        Where shapes differ, a present effect or the design is not finite, a variance is not positive, or a row has no
        more studies than coefficients.

    Examples
    --------
    >>> make_batch([[0.2, 0.5, 9.0]], [[0.04, 0.09, float("inf")]]).k
    array([2.])
    """
    effects, variances = np.atleast_2d(np.asarray(y, float)), np.atleast_2d(np.asarray(v, float))
    if effects.ndim != 2 or effects.shape != variances.shape or effects.size == 0:
        raise InputError(f"y and v must be arrays of one shape (B, k); they are {effects.shape} and {variances.shape}")
    present = np.isfinite(variances)
    if not (variances > 0).all() or not np.isfinite(effects[present]).all():
        raise InputError("every variance must be positive, and every effect with a finite variance must be finite")
    design, intercept = _check_design(x, effects.shape)
    p = 1 if design is None else design.shape[-1]
    k = present.sum(axis=1).astype(float)
    if (k <= p).any():
        raise InputError(f"a fit with {p} coefficient(s) needs more than {p} studies in every row")
    best = variances.argmin(axis=1)
    rows = np.arange(len(effects))
    unit = np.ldexp(1.0, 2 * np.round(np.log2(variances[rows, best]) / 2).astype(int))
    offset = effects[rows, best] if intercept >= 0 else np.zeros(len(effects))
    shifted = np.where(present, effects, offset[:, None]) - offset[:, None]
    return Batch(
        y=shifted / np.sqrt(unit)[:, None],
        v=variances / unit[:, None],
        x=design,
        k=k,
        df=k - p,
        p=p,
        unit=unit,
        offset=offset,
        intercept=intercept,
    )


def _check_design(x: ArrayLike | None, shape: tuple[int, ...]) -> tuple[Array | None, int]:
    """Return the design (None where it is an intercept alone) and the place of its intercept."""
    if x is None:
        return None, 0
    design = np.asarray(x, float)
    if design.ndim not in (2, 3) or design.shape[-2] != shape[1] or (design.ndim == 3 and len(design) != shape[0]):
        raise InputError(f"the design must have shape (k, p) or (B, k, p) for effects of shape {shape}")
    if not np.isfinite(design).all():
        raise InputError("the design must hold finite numbers only")
    constant = np.flatnonzero((design == 1).all(axis=tuple(range(design.ndim - 1))))
    if design.shape[-1] == 1 and len(constant):
        return None, 0
    return design, int(constant[0]) if len(constant) else -1


def project(y: Array, v: Array, x: Array | None, tau2: Array) -> Projection:
    """Fit by weighted least squares at a given τ².

    Parameters
    ----------
    y, v : array, shape (..., k)
        Effects and variances, as in a `Batch`.
    x : array, shape (..., k, p), or None
        The design.
    tau2 : array, shape (...)
        Between-study variances; broadcast against the leading shape of `v`.
    """
    w = v + np.asarray(tau2)[..., None]
    np.divide(1.0, w, out=w)
    total = w.sum(axis=-1)
    if x is None:
        # one buffer: for many studies the time goes into memory, not arithmetic
        buffer = w * y
        mean = buffer.sum(axis=-1) / total
        np.subtract(y, mean[..., None], out=buffer)
        u = w * buffer
        buffer *= u
        q = buffer.sum(axis=-1)
        u2 = np.multiply(u, u, out=buffer).sum(axis=-1)
        return Projection(w=w, u=u, q=q, u2=u2, coef=mean[..., None], total=total, basis=None, root=None)
    scale = np.sqrt(w)
    basis, root = np.linalg.qr(scale[..., None] * x)
    target = np.broadcast_to(scale * y, scale.shape)
    rotated = _transposed_times(basis, target)
    error = target - _times(basis, rotated)
    error = error - _times(basis, _transposed_times(basis, error))
    coef = np.linalg.solve(root, rotated[..., None])[..., 0]
    q, u = _dot(error, error), scale * error
    return Projection(w=w, u=u, q=q, u2=_dot(u, u), coef=coef, total=total, basis=basis, root=root)


def trace_p(fit: Projection) -> Array:
    r"""Return :math:`\mathrm{tr} P`, the sum of :math:`w_i (1 - h_i)`."""
    if fit.basis is None:
        before = np.cumsum(fit.w[..., :-1], axis=-1)
        before *= fit.w[..., 1:]
        return np.asarray(2 * before.sum(axis=-1) / fit.total)
    return _dot(fit.w, one_less_leverage(fit.basis))


def trace_pp(fit: Projection) -> Array:
    r"""Return :math:`\mathrm{tr} PP`, the sum of the squares of the elements of P."""
    w = fit.w
    if fit.basis is None:
        others = np.zeros_like(w)
        np.cumsum(w[..., :-1], axis=-1, out=others[..., 1:])
        others[..., :-1] += np.cumsum(w[..., :0:-1], axis=-1)[..., ::-1]
        others *= w
        others *= others
        diagonal = others.sum(axis=-1)
        square = np.multiply(w, w, out=others)
        pairs = np.cumsum(square[..., :-1], axis=-1)
        pairs *= square[..., 1:]
        return np.asarray((diagonal + 2 * pairs.sum(axis=-1)) / fit.total**2)
    diagonal = np.square(w * one_less_leverage(fit.basis)).sum(axis=-1)
    return np.asarray(diagonal + off_diagonal(w, fit.basis))


def y_ppp_y(fit: Projection) -> Array:
    """Return :math:`y'PPPy`: with :math:`u = Py`, the weighted sum of squared residuals of u."""
    if fit.basis is None:
        buffer = fit.w * fit.u
        mean = buffer.sum(axis=-1) / fit.total
        np.subtract(fit.u, mean[..., None], out=buffer)
        buffer *= buffer
        buffer *= fit.w
        return np.asarray(buffer.sum(axis=-1))
    scaled = np.sqrt(fit.w) * fit.u
    error = scaled - _times(fit.basis, _transposed_times(fit.basis, scaled))
    return _dot(error, error)


def residual_variance(batch: Batch, fit: Projection) -> Array:
    """Return :math:`y'Py / (k - p)`, and 0 where the residuals are no more than the rounding of the effects.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    fit : Projection
        Their fits, from `project`.

    Returns
    -------
    array, shape (B,)
        Without a unit: the weights take up that of the variances.
    """
    size = np.abs(batch.y).max(axis=-1) + np.abs(batch.offset) / np.sqrt(batch.unit)
    noise = fit.total * (_ROUNDING * size) ** 2
    return np.where(fit.q > noise, fit.q / batch.df, 0.0)


def _dot(one: Array, other: Array) -> Array:
    return np.asarray((one * other).sum(axis=-1))


def _times(matrix: Array, vector: Array) -> Array:
    return np.asarray((matrix @ vector[..., None])[..., 0])


def _transposed_times(matrix: Array, vector: Array) -> Array:
    return np.asarray((np.swapaxes(matrix, -1, -2) @ vector[..., None])[..., 0])
