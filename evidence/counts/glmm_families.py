"""Binomial and Poisson log-likelihoods of single arms, as functions of the linear predictor.

Each has the canonical link, so that the log-likelihood is concave and its derivatives beyond the first do not depend
on the events. All constants are included. The values are taken from the highest downwards, so that large counts cost
no digits: what a study says about its effect is the difference of two log-likelihoods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, gammaln, xlogy

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray
    from ..pool.core import Array

__all__ = ["Binomial", "Poisson"]

# exp() beyond this would overflow in the products that follow; no rate comes near
_LARGEST_EXPONENT = 600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binomial:
    """Events `x` among `n`, of shape (k, A), with a logit link; an arm with n = 0 says nothing.

    Examples
    --------
    >>> import numpy as np
    >>> arm = Binomial(x=np.array([[3.0]]), n=np.array([[10.0]]))
    >>> arm.derivatives(np.array([[[0.0]]]), 2)[1].item()
    -2.0
    """

    x: Array
    n: Array

    def derivatives(self, eta: Array, order: int) -> tuple[Array, ...]:
        """Return the log-likelihood and its first `order` derivatives at `eta`, of shape (k, A, Q); order ≤ 4."""
        x, n = self.x[:, :, None], self.n[:, :, None]
        p, q = expit(eta), expit(-eta)
        spread = n * p * q
        value = self.saturated()[:, :, None] - n * _divergence(x, n, eta)
        # x − n p, without cancellation where nearly everybody has the event
        slope = x * q - (n - x) * p
        found = (value, slope, -spread, -spread * (q - p), -spread * (1 - 6 * p * q))
        return found[: order + 1]

    def saturated(self) -> Array:
        """Return the log-likelihood of each arm at its own proportion, shape (k, A)."""
        x, rest = self.x, self.n - self.x
        share = np.divide(x, self.n, out=np.zeros_like(x), where=self.n > 0)
        coefficient = gammaln(self.n + 1) - gammaln(x + 1) - gammaln(rest + 1)
        return np.asarray(coefficient + xlogy(x, share) + xlogy(rest, 1 - share))

    def at_bound(self) -> tuple[BoolArray, BoolArray]:
        """Return which arms have no events, and which have nothing else."""
        return self.x == 0, self.x == self.n

    def empirical(self) -> tuple[Array, Array]:
        """Return each arm's logit and its inverse variance, half an event added to both cells; weight 0 if empty."""
        x, rest = self.x + 0.5, self.n - self.x + 0.5
        return np.log(x / rest), np.where(self.n > 0, x * rest / (x + rest), 0.0)

    def without(self, arms: BoolArray) -> Binomial:
        """Return the same with some arms, a mask of shape (k, A), emptied."""
        return Binomial(x=np.where(arms, 0.0, self.x), n=np.where(arms, 0.0, self.n))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Poisson:
    """Events `x` in person-time `time`, of shape (k, A), with a log link; an arm with time 0 says nothing.

    Examples
    --------
    >>> import numpy as np
    >>> arm = Poisson(x=np.array([[3.0]]), time=np.array([[10.0]]))
    >>> arm.derivatives(np.array([[[0.0]]]), 2)[1].item()
    -7.0
    """

    x: Array
    time: Array

    def derivatives(self, eta: Array, order: int) -> tuple[Array, ...]:
        """Return the log-likelihood and its first `order` derivatives at `eta`, of shape (k, A, Q); order ≤ 4."""
        x = self.x[:, :, None]
        eta = np.minimum(eta, _LARGEST_EXPONENT)
        mean = self.time[:, :, None] * np.exp(eta)
        some = x > 0
        excess = eta - np.log(np.where(some, x, 1.0) / np.where(some, self.time[:, :, None], 1.0))
        value = self.saturated()[:, :, None] + np.where(some, x * (excess - np.expm1(excess)), -mean)
        found = (value, x - mean, -mean, -mean, -mean)
        return found[: order + 1]

    def saturated(self) -> Array:
        """Return the log-likelihood of each arm at its own rate, shape (k, A)."""
        return np.asarray(xlogy(self.x, self.x) - self.x - gammaln(self.x + 1))

    def at_bound(self) -> tuple[BoolArray, BoolArray]:
        """Return which arms have no events; none has the most that there can be."""
        none = self.x == 0
        return none, np.zeros_like(none)

    def empirical(self) -> tuple[Array, Array]:
        """Return each arm's log rate and its inverse variance, half an event added; weight 0 if empty."""
        empty = self.time == 0
        return np.log((self.x + 0.5) / np.where(empty, 1.0, self.time)), np.where(empty, 0.0, self.x + 0.5)

    def without(self, arms: BoolArray) -> Poisson:
        """Return the same with some arms, a mask of shape (k, A), emptied."""
        return Poisson(x=np.where(arms, 0.0, self.x), time=np.where(arms, 0.0, self.time))


def _divergence(x: Array, n: Array, eta: Array) -> Array:
    """Return the Kullback–Leibler divergence per person from the proportion x/n to the one at `eta`."""
    inside = (x > 0) & (x < n)
    share = np.where(inside, x / np.where(n > 0, n, 1.0), 0.5)
    rest = np.where(inside, 1 - share, 0.5)
    excess = eta - np.log(share / rest)
    # with the sign of the excess turned, where its exponential would be large
    small = np.where(excess > 0, rest, share)
    below = -np.abs(excess)
    general = np.log1p(small * np.expm1(below)) - small * below
    # without events the divergence is that of the risk from 0, and with nothing else from 1
    end = np.where(x > 0, -eta, eta)
    softplus = np.maximum(end, 0.0) + np.log1p(np.exp(-np.abs(end)))
    return np.asarray(np.where(inside, general, softplus))
