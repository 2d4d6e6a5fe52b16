r"""Fisher's noncentral hypergeometric distribution: a 2×2 table given both margins.

With :math:`n_1, n_2` people in the groups and m events in all, the events of group 1 have

.. math:: P(X = j) ∝ \binom{n_1}{j} \binom{n_2}{m - j} e^{jη},

η being the log odds ratio. The normalising sum K(η) is taken over a window around the most likely count, wide enough
that what is left out is less than a rounding error; its derivatives are the cumulants of X.

Fisher RA (1935). The logic of inductive inference. doi:10.2307/2342435.
Liao JG, Rosen O (2001). Fast and stable algorithms for computing and sampling from the noncentral hypergeometric
distribution. doi:10.1198/000313001753272547.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, gammaln

from ..errors import ConvergenceError, InputError

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray
    from ..pool.core import Array

__all__ = ["NoncentralHypergeometric", "conditional_mle", "noncentral_hypergeometric"]

# the natural logarithm of what a term at the edge of the window may weigh, beside the largest
_NEGLIGIBLE = -46.0
_LARGEST_SUPPORT = 2_000_000
_BUDGET = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoncentralHypergeometric:
    """The tables of k studies, as a family of one arm each.

    Attributes
    ----------
    x, n1, n2, m : array, shape (k,)
        Events in group 1, sizes of the groups, events in all; whole numbers.
    low, high : array, shape (k,)
        The least and the most that x can be.
    coefficients : array, shape (sum of the supports' sizes,)
        The logarithms of the binomial products over each support, one study after the other.
    start : array of int, shape (k,)
        Where each study begins in `coefficients`.
    """

    x: Array
    n1: Array
    n2: Array
    m: Array
    low: Array
    high: Array
    coefficients: Array
    start: Array

    def at_bound(self) -> tuple[BoolArray, BoolArray]:
        """Return whether x is the least, and whether it is the most, that it can be; shape (k, 1)."""
        return (self.x == self.low)[:, None], (self.x == self.high)[:, None]

    def empirical(self) -> tuple[Array, Array]:
        """Return each log odds ratio and its inverse variance, half an event added to every cell; shape (k, 1)."""
        a, c = self.x + 0.5, self.m - self.x + 0.5
        b, d = self.n1 - self.x + 0.5, self.n2 - self.m + self.x + 0.5
        return np.log(a * d / (b * c))[:, None], (1 / (1 / a + 1 / b + 1 / c + 1 / d))[:, None]

    def derivatives(self, eta: Array, order: int) -> tuple[Array, ...]:
        """Return the log-likelihood and its first `order` derivatives by η, each of shape (k, 1, Q); order ≤ 4."""
        flat = eta[:, 0, :]
        value, moments = self._cumulants(flat, order)
        found = [value, self.x[:, None] - moments[0], *(-moment for moment in moments[1:])][: order + 1]
        return tuple(values[:, None, :] for values in found)

    def _cumulants(self, eta: Array, order: int) -> tuple[Array, list[Array]]:
        """Return the log-likelihood and the first cumulants of X at each η of shape (k, Q)."""
        mode = self._modes(eta)
        reach = int(min((self.high - self.low).max(), 16.0 + 8.0 * np.sqrt(self._variance_bound(mode).max())))
        while True:
            terms, counts = self._window(eta, mode, reach)
            edges = [
                np.where(counts[..., end] == limit[:, None], -np.inf, terms[..., end])
                for end, limit in ((0, self.low), (-1, self.high))
            ]
            if max(edge.max() for edge in edges) < _NEGLIGIBLE or reach >= (self.high - self.low).max():
                break
            reach *= 2
        weights = np.exp(terms)
        total = weights.sum(axis=-1)
        weights /= total[..., None]
        offset = counts - mode[..., None]
        centre = (weights * offset).sum(axis=-1)
        spread = offset - centre[..., None]
        square = spread * spread
        variance = (weights * square).sum(axis=-1)
        cumulants = [mode + centre, variance]
        if order >= 3:
            cumulants.append((weights * square * spread).sum(axis=-1))
        if order >= 4:
            cumulants.append((weights * square * square).sum(axis=-1) - 3 * variance**2)
        # all beside the largest term, so that large counts cost no digits
        events = np.broadcast_to(self.x[:, None], mode.shape)
        apart = self._coefficient(events) - self._coefficient(mode) + (events - mode) * eta
        return apart - np.log(total), cumulants

    def _modes(self, eta: Array) -> Array:
        """Return the most likely count at each η: the larger root of a quadratic, solved without cancellation."""
        p, q = expit(eta), expit(-eta)
        n1, n2, m = (values[:, None] for values in (self.n1, self.n2, self.m))
        b = (n1 + m + 2) * p + (n2 - m) * q
        c = (n1 + 1) * (m + 1) * p
        root = np.sqrt(np.maximum(b * b - 4 * (p - q) * c, 0.0))
        half = 0.5 * (b + root)
        with_b = np.divide(c, half, out=np.zeros_like(c), where=half > 0)
        other = np.divide(0.5 * (b - root), p - q, out=np.zeros_like(c), where=(p != q) & (b < 0))
        mode = np.floor(np.where(b >= 0, with_b, other))
        return np.clip(mode, self.low[:, None], self.high[:, None])

    def _variance_bound(self, mode: Array) -> Array:
        """Return the usual approximation to the variance, the four cells taken half an event larger."""
        n1, n2, m = (values[:, None] for values in (self.n1, self.n2, self.m))
        cells = (mode, n1 - mode, m - mode, n2 - m + mode)
        return np.asarray(1 / sum(1 / (cell + 0.5) for cell in cells))

    def _window(self, eta: Array, mode: Array, reach: int) -> tuple[Array, Array]:
        """Return log terms relative to the mode's, −∞ outside the support, and their counts, of shape (k, Q, W)."""
        counts = mode[..., None] + np.arange(-reach, reach + 1.0)
        low, high = self.low[:, None, None], self.high[:, None, None]
        inside = (counts >= low) & (counts <= high)
        counts = np.clip(counts, low, high)
        centre = mode[..., None]
        terms = self._coefficient(counts) - self._coefficient(centre) + (counts - centre) * eta[..., None]
        return np.where(inside, terms, -np.inf), counts

    def _coefficient(self, counts: Array) -> Array:
        across = (slice(None), *[None] * (counts.ndim - 1))
        return np.asarray(self.coefficients[(self.start[across] + counts - self.low[across]).astype(np.intp)])


def noncentral_hypergeometric(a: Array, b: Array, c: Array, d: Array) -> NoncentralHypergeometric:
    """Prepare 2×2 tables.

    Parameters
    ----------
    a, b, c, d : array, shape (k,)
        Events and non-events of group 1, then of group 2.

    Raises
    ------
    InputError
        Where a count is not a whole number, or the tables are too large to be summed over.

    Examples
    --------
    >>> table = noncentral_hypergeometric(*np.array([[3.0], [1.0], [1.0], [3.0]]))
    >>> np.exp(table.derivatives(np.zeros((1, 1, 1)), 0)[0]).item().__round__(4)
    0.2286
    """
    cells = np.round(np.array([a, b, c, d], float))
    if not np.allclose(cells, [a, b, c, d], rtol=1e-9, atol=1e-9):
        raise InputError("the exact conditional likelihood needs whole counts; use model='CM.AL' or 'UM.FS'")
    n1, n2, m = cells[0] + cells[1], cells[2] + cells[3], cells[0] + cells[2]
    low, high = np.maximum(0.0, m - n2), np.minimum(n1, m)
    sizes = high - low + 1
    if sizes.sum() > _LARGEST_SUPPORT:
        raise InputError(
            f"the exact conditional likelihood would sum over {sizes.sum():.3g} tables; with counts as large as these "
            "use model='UM.FS', or 'CM.AL' where events are rare"
        )
    start = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])
    study = np.repeat(np.arange(len(sizes)), sizes.astype(np.intp))
    j = np.arange(sizes.sum()) - start[study] + low[study]
    coefficients = _log_binomial(n1[study], j) + _log_binomial(n2[study], m[study] - j)
    return NoncentralHypergeometric(
        x=cells[0], n1=n1, n2=n2, m=m, low=low, high=high, coefficients=coefficients, start=start
    )


def conditional_mle(tables: NoncentralHypergeometric) -> tuple[Array, Array, Array]:
    """Return each study's conditional maximum-likelihood log odds ratio, its variance and its log-likelihood.

    Where x is the least or most that it can be, the estimate is infinite, the variance too, and the log-likelihood 0.

    Parameters
    ----------
    tables : NoncentralHypergeometric
        k tables.

    Returns
    -------
    estimate, variance, loglik : array, shape (k,)

    Raises
    ------
    ConvergenceError
        Where Newton's method did not converge; there is no known case.

    Examples
    --------
    >>> estimate, _, _ = conditional_mle(noncentral_hypergeometric(*np.array([[3.0], [1.0], [1.0], [3.0]])))
    >>> float(np.exp(estimate[0]).round(4))
    6.4083
    """
    least, most = (values[:, 0] for values in tables.at_bound())
    inside = ~(least | most)
    eta = np.where(inside, tables.empirical()[0][:, 0], 0.0)
    for _ in range(_BUDGET):
        value, slope, curvature = (values[:, 0, 0] for values in tables.derivatives(eta[:, None, None], 2))
        step = np.where(inside, np.clip(-slope / np.where(inside, curvature, 1.0), -2.0, 2.0), 0.0)
        eta = eta + step
        if (step * step * -curvature <= 1e-20).all():
            bound = np.where(least & most, np.nan, np.where(most, np.inf, -np.inf))
            return (
                np.where(inside, eta, bound),
                np.where(inside, 1 / np.where(inside, -curvature, 1.0), np.inf),
                np.where(inside, value, 0.0),
            )
    raise ConvergenceError("a study's conditional odds ratio was not found")


def _log_binomial(n: Array, j: Array) -> Array:
    return np.asarray(gammaln(n + 1) - gammaln(j + 1) - gammaln(n - j + 1))
