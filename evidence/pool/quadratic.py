r"""The distribution of the generalised Q statistic: a weighted sum of chi-squared variables.

With any weights :math:`A = \mathrm{diag}(a)` and :math:`P = A - A X (X'AX)^{-1} X'A`, :math:`Q = y'Py` is
distributed as :math:`\sum λ_i χ^2_1` when the effects have variances :math:`m_i`; the λ are the non-zero eigenvalues
of :math:`M^{1/2} P M^{1/2}`. They are not needed: the Laplace transform of the density is

.. math:: L(s) = \Bigl[\prod_i (1 + 2 s a_i m_i) \cdot \frac{\det X'AEX}{\det X'AX}\Bigr]^{-1/2},
   \qquad E = \mathrm{diag}\frac{1}{1 + 2 s a_i m_i},

and the distribution function is the inverse transform of :math:`L(s)/s`. The contour is a parabola around the negative
half-axis, on which all singularities lie, with its vertex at the saddle point; the trapezoidal rule on it converges
geometrically (Weideman and Trefethen 2007, doi:10.1090/S0025-5718-07-01945-X). Where very many studies make the
integrand grow along the parabola, a vertical line through the same point serves. The error is below 1e-12.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Array

__all__ = ["q_distribution"]

_BISECTIONS = 14
_NEGLIGIBLE = 40.0  # how far below its peak the logarithm of the integrand is cut off
_FARTHEST = 60.0
_ELEMENTS = 400_000


def q_distribution(q: Array, a: Array, m: Array, x: Array | None = None) -> Array:
    """Return the probability that the generalised Q statistic is not above `q`.

    Parameters
    ----------
    q : array, shape (n,)
        Values of the statistic; at 0 and below the probability is 0.
    a : array, shape (n, k)
        Weights; 0 where the study is absent.
    m : array, shape (n, k)
        Variances of the effects, sampling and between studies together; finite where the weight is not 0.
    x : array, shape (k, p) or (n, k, p), optional
        The design; the intercept alone by default.

    Returns
    -------
    array, shape (n,)

    References
    ----------
    Jackson D (2013). Confidence intervals for the between-study variance in random effects meta-analysis using
    generalised Cochran heterogeneity statistics. doi:10.1002/jrsm.1081.

    Examples
    --------
    With inverse-variance weights it is the chi-squared distribution:

    >>> a = np.array([[4.0, 2.0, 1.0]])
    >>> q_distribution(np.array([1.5]), a, 1 / a).round(6).tolist(), round(1 - float(np.exp(-0.75)), 6)
    ([0.527633], 0.527633)
    """
    found = np.zeros(len(q))
    rows = np.flatnonzero(q > 0)
    k = a.shape[1]
    p = 1 if x is None else x.shape[-1]
    at_once = max(1, _ELEMENTS // (200 * k))
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        present = a[some] > 0
        share = np.where(present, a[some], 0.0)
        share = share / share.max(axis=1, keepdims=True)
        size = np.where(present, a[some] * np.where(present, m[some], 0.0), 0.0) / q[some, None]
        own = x[some] if x is not None and x.ndim == 3 else x
        found[some] = _probability(size, share, own, present.sum(axis=1) - p)
    return np.clip(found, 0.0, 1.0)


def _probability(size: Array, share: Array, x: Array | None, df: NDArray[np.intp]) -> Array:
    r"""Return the probabilities at 1, `size` being :math:`a_i m_i / q` and `share` the weights to within a factor."""
    vertex = _saddle_point(size, share, x, df)
    c = 2 * size * vertex[:, None]
    turn = np.square(2 * c / (1 + c))
    # along a vertical line the integrand falls fast where there are many terms, along a parabola where there are few
    vertical = _fall(turn, _FARTHEST) > _NEGLIGIBLE + 10
    reach = np.where(vertical, 1.0, math.sqrt(_NEGLIGIBLE))
    while (short := vertical & (_fall(turn, reach) < _NEGLIGIBLE + 2 * np.log1p(reach))).any():
        reach = np.where(short, 1.25 * reach, reach)
    step = np.minimum(np.where(vertical, 0.07, 0.08), 0.5 / np.sqrt(3 + 0.5 * turn.sum(axis=1)))
    bend = np.where(vertical, 0.0, 1.0)
    nodes = np.ceil(reach / step).astype(int)
    j = np.arange(nodes.max() + 1)
    u = j * step[:, None]
    s = vertex[:, None] * (1 + 2j * u - bend[:, None] * u * u)
    value = np.exp(s + _log_transform(s, size, share, x)) * (1 + 1j * bend[:, None] * u) * vertex[:, None] / s
    terms = np.where(j <= nodes[:, None], value.real, 0.0)
    terms[:, 0] *= 0.5
    return np.asarray(2 / np.pi * step * terms.sum(axis=1))


def _fall(turn: Array, reach: float | Array) -> Array:
    """Return how far the logarithm of the transform has fallen at a distance along the vertical line."""
    return np.asarray(0.25 * np.log1p(turn * np.square(np.asarray(reach)[..., None])).sum(axis=1))


def _saddle_point(size: Array, share: Array, x: Array | None, df: NDArray[np.intp]) -> Array:
    """Return where the integrand is least on the positive axis: between 1 and 1 + df/2, by bisection."""
    low, high = np.ones(len(size)), 1 + 0.5 * df
    for _ in range(_BISECTIONS):
        s = np.sqrt(low * high)
        factor = 1 / (1 + 2 * s[:, None] * size)
        slope = 1 - 1 / s - (size * factor * (1 - _leverage(share * factor, x))).sum(axis=1)
        low, high = np.where(slope < 0, s, low), np.where(slope < 0, high, s)
    return np.sqrt(low * high)


def _leverage(weights: Array, x: Array | None) -> Array:
    if x is None:
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))
    basis = np.linalg.qr(np.sqrt(weights)[..., None] * x)[0]
    return np.asarray((basis * basis).sum(axis=-1))


def _log_transform(s: NDArray[np.complex128], size: Array, share: Array, x: Array | None) -> NDArray[np.complex128]:
    r"""Return log L at complex points, shape (n, nodes).

    Every factor, and every eigenvalue of the matrix, is off the negative half-axis where s is: the principal
    logarithms add up to the right branch.
    """
    one = 1 + 2 * s[..., None] * size[:, None, :]
    total = np.log(one).sum(axis=-1)
    if x is None:
        mean = (share[:, None, :] / one).sum(axis=-1) / share.sum(axis=1)[:, None]
        return np.asarray(-0.5 * (total + np.log(mean)))
    basis = np.linalg.qr(np.sqrt(share)[..., None] * x)[0]
    inner = np.swapaxes(basis, -1, -2)[:, None] @ (basis[:, None] / one[..., None])
    return np.asarray(-0.5 * (total + np.log(np.linalg.eigvals(inner)).sum(axis=-1)))
