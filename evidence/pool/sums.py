r"""Score and Q of many meta-analyses at many values of τ²: the inner loop of every iterated estimator.

Here the studies lie along the *first* axis, so that sums over them run through memory in order whether there is one
meta-analysis, a grid of τ² for one, or thousands. Notation as in `core`: :math:`w_i = 1/(v_i + τ²)`,
:math:`P = W - W X (X'WX)^{-1} X' W`, :math:`u = Py`.

For a mean the study with the smallest variance comes first. It has the largest weight at every τ², so that sums over
the others and differences ``total − w`` keep their digits however much it outweighs them. For a regression the basis
of :math:`W^{1/2}X` comes from Gram–Schmidt with a second pass; where a study has nearly all the leverage, 1 − h comes
from the off-diagonal elements, as in `hat`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from .core import Array, Batch, Projection, project, trace_p, trace_pp, y_ppp_y

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_COLUMNS", "Kind", "Stack", "q_and_slope", "score", "score_and_slope", "stack_batch"]

Kind = Literal["ML", "REML"]

# Beyond so many columns LAPACK's QR of each matrix is faster than Gram–Schmidt over all of them.
MOST_COLUMNS = 4
_HIGH_LEVERAGE = 0.9
_MOST_LOST = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stack:
    """Meta-analyses with their studies along the first axis.

    Attributes
    ----------
    y, v : array, shape (k,) for one meta-analysis or (k, n)
        Effects and variances in a batch's units; infinite variances where a study is absent.
    x : array, shape (p, k), (p, k, 1) or (p, k, n), or None
        The columns of the design, one for all meta-analyses or each its own; None for a mean.
    """

    y: Array
    v: Array
    x: Array | None

    def take(self, rows: NDArray[np.intp]) -> Stack:
        """Return some of the meta-analyses, each as often as it is named."""
        x = self.x[..., rows] if self.x is not None and self.x.shape[-1] > 1 else self.x
        return Stack(y=self.y[:, rows], v=self.v[:, rows], x=x)

    def against_grid(self) -> Stack:
        """Return the same with an axis for values of τ² after that of the studies: shape (k, 1) or (k, 1, n)."""
        x = None if self.x is None else self.x[:, :, None]
        return Stack(y=self.y[:, None], v=self.v[:, None], x=x)


def stack_batch(batch: Batch) -> Stack:
    """Turn a batch around; one meta-analysis alone loses its batch axis.

    For a mean the study with the smallest variance is moved to the front; columns that all share are made orthonormal,
    which changes neither score nor Q.
    """
    y, v, x = batch.y, batch.v, batch.x
    columns = None
    if x is None:
        best = v.argmin(axis=1)
        if best.any():
            rows = np.arange(len(best))
            y, v = y.copy(), v.copy()
            y[rows, best], y[:, 0] = y[:, 0].copy(), y[rows, best]
            v[rows, best], v[:, 0] = v[:, 0].copy(), v[rows, best]
    elif x.ndim == 3:
        columns = np.ascontiguousarray(np.moveaxis(x, 0, -1).swapaxes(0, 1))
    else:
        columns = np.ascontiguousarray(np.linalg.qr(x)[0].T[..., None])
    if len(y) == 1:
        return Stack(y=y[0], v=v[0], x=None if columns is None else columns[..., 0])
    return Stack(y=np.ascontiguousarray(y.T), v=np.ascontiguousarray(v.T), x=columns)


def score(stack: Stack, tau2: Array, kind: Kind) -> Array:
    """Return twice the derivative of the log-likelihood with respect to τ²; the shape is that of `tau2`."""
    if stack.x is not None:
        return _regression(stack, tau2, kind, with_slope=False)[0]
    w = _weights(stack.v, tau2)
    total, rest = _totals(w)
    u = _residuals(stack.y, w, total)
    u *= w
    expected = total if kind == "ML" else _trace_p(w, total, rest)
    return np.asarray(_sum_of_squares(u) - expected)


def score_and_slope(stack: Stack, tau2: Array, kind: Kind) -> tuple[Array, Array]:
    """Return twice the score and its derivative."""
    if stack.x is not None:
        return _regression(stack, tau2, kind, with_slope=True)
    w = _weights(stack.v, tau2)
    total, rest = _totals(w)
    u = _residuals(stack.y, w, total)
    u *= w
    y_ppy = _sum_of_squares(u)
    u -= _sum_of_products(w, u) / total
    bend = _sum_of_products(u * u, w)
    if kind == "ML":
        return y_ppy - total, _sum_of_squares(w) - 2 * bend
    return y_ppy - _trace_p(w, total, rest), _trace_pp(w, total, rest) - 2 * bend


def q_and_slope(stack: Stack, tau2: Array) -> tuple[Array, Array]:
    """Return :math:`Q = y'Py` and its derivative :math:`-y'PPy`."""
    if stack.x is not None:
        if len(stack.x) > MOST_COLUMNS:
            shape = _shape(stack, tau2)
            fit = _by_lapack(stack, tau2, np.ones(shape, dtype=bool))
            return fit.q.reshape(shape), -fit.u2.reshape(shape)
        w = _weights(stack.v, tau2)
        root = np.sqrt(w)
        error, q = _without(root * stack.y, _basis(stack.x, root))
        return q, -_sum_of_squares(root * error)
    w = _weights(stack.v, tau2)
    total = w.sum(axis=0)
    r = _residuals(stack.y, w, total)
    u = w * r
    return _sum_of_products(u, r), -_sum_of_squares(u)


def _weights(v: Array, tau2: Array) -> Array:
    w = v + tau2
    return np.divide(1.0, w, out=w)


def _totals(w: Array) -> tuple[Array, Array]:
    """Return the sum of the weights, and that of all but the first."""
    rest = w[1:].sum(axis=0)
    return w[0] + rest, rest


def _residuals(y: Array, w: Array, total: Array) -> Array:
    return np.asarray(y - _sum_of_products(w, y) / total)


def _trace_p(w: Array, total: Array, rest: Array) -> Array:
    r"""Return :math:`\sum w_i (W - w_i)/W`, the first study apart: for the others nothing cancels."""
    return np.asarray(((w[0] + total) * rest - _sum_of_squares(w[1:])) / total)


def _trace_pp(w: Array, total: Array, rest: Array) -> Array:
    r"""Return :math:`[\sum w_i^2 (W - w_i)^2 + \sum_{i \ne j} w_i^2 w_j^2]/W^2`."""
    square = w[1:] * w[1:]
    squares, fourths = square.sum(axis=0), _sum_of_squares(square)
    own = w[1:] * (total - w[1:])
    first = w[0] * w[0]
    pairs = 2 * first * squares + (squares * squares - fourths)
    return np.asarray((first * rest * rest + _sum_of_squares(own) + pairs) / (total * total))


def _regression(stack: Stack, tau2: Array, kind: Kind, *, with_slope: bool) -> tuple[Array, Array]:
    """Return twice the score and, if asked for, its derivative; without, zeros."""
    assert stack.x is not None
    if len(stack.x) > MOST_COLUMNS:
        shape = _shape(stack, tau2)
        fit = _by_lapack(stack, tau2, np.ones(shape, dtype=bool))
        curvature = (fit.w * fit.w).sum(axis=-1) if kind == "ML" else trace_pp(fit)
        rise = fit.u2 - (fit.total if kind == "ML" else trace_p(fit))
        return rise.reshape(shape), np.reshape(curvature - 2 * y_ppp_y(fit), shape)
    w = _weights(stack.v, tau2)
    root = np.sqrt(w)
    basis = _basis(stack.x, root)
    error, _ = _without(root * stack.y, basis)
    u = root * error
    leverage = np.asarray(sum((q * q for q in basis), start=np.zeros(())))
    own = w * (1 - leverage)
    expected = w.sum(axis=0) if kind == "ML" else own.sum(axis=0)
    rise = np.asarray(_sum_of_squares(u) - expected)
    slope = np.zeros_like(rise)
    if with_slope:
        _, bend = _without(root * u, basis)
        curvature = _sum_of_squares(w) if kind == "ML" else _sum_of_squares(own) + _off_diagonal(w, basis, leverage)
        slope = np.asarray(curvature - 2 * bend)
    if kind == "REML" and leverage.max() >= _HIGH_LEVERAGE:
        _replace_high_leverage(stack, tau2, leverage.max(axis=0) >= _HIGH_LEVERAGE, rise, slope, with_slope=with_slope)
    return rise, slope


def _basis(x: Array, root: Array) -> list[Array]:
    """Return orthonormal columns that span those of the weighted design."""
    found: list[Array] = []
    for column in x:
        q, square = _without(root * column, found)
        q /= np.sqrt(square)
        found.append(q)
    return found


def _without(vector: Array, basis: list[Array]) -> tuple[Array, Array]:
    """Return what is orthogonal to the basis, and its squared length; the vector is used up.

    A second pass takes out what rounding left, where the first took away nearly all.
    """
    before = _sum_of_squares(vector)
    if not basis:
        return vector, before
    for _ in range(2):
        for q in basis:
            vector -= q * _sum_of_products(q, vector)
        after = _sum_of_squares(vector)
        if (after >= _MOST_LOST * before).all():
            break
    return vector, after


def _off_diagonal(w: Array, basis: list[Array], leverage: Array) -> Array:
    r"""Return :math:`\sum_{i \ne j} w_i w_j h_{ij}^2`."""
    inner = [[_sum_of_products(w * one, other) for other in basis] for one in basis]
    return np.asarray(
        sum((value * value for row in inner for value in row), start=np.zeros(())) - _sum_of_squares(w * leverage)
    )


def _replace_high_leverage(
    stack: Stack, tau2: Array, high: NDArray[np.bool_], rise: Array, slope: Array, *, with_slope: bool
) -> None:
    """Compute anew, without cancellation, where a study has nearly all the leverage."""
    fit = _by_lapack(stack, tau2, high)
    rise[high] = fit.u2 - trace_p(fit)
    if with_slope:
        slope[high] = trace_pp(fit) - 2 * y_ppp_y(fit)


def _shape(stack: Stack, tau2: Array) -> tuple[int, ...]:
    return np.broadcast_shapes(stack.v.shape[1:], np.shape(tau2))


def _by_lapack(stack: Stack, tau2: Array, where: NDArray[np.bool_]) -> Projection:
    """Return the fits for which `where` holds, in one row, by QR of each weighted design."""
    assert stack.x is not None
    k, shape = len(stack.y), _shape(stack, tau2)
    y, v = (np.moveaxis(np.broadcast_to(part, (k, *shape)), 0, -1)[where] for part in (stack.y, stack.v))
    x = np.moveaxis(np.broadcast_to(stack.x, (len(stack.x), k, *shape)), (0, 1), (-1, -2))[where]
    return project(y, v, x, np.broadcast_to(tau2, shape)[where])


def _sum_of_squares(values: Array) -> Array:
    return _sum_of_products(values, values)


def _sum_of_products(one: Array, other: Array) -> Array:
    if one.ndim == 1 and other.ndim == 1:
        return np.asarray(one @ other)
    return np.asarray(np.einsum("k...,k...->...", one, other))
