"""The rearrangements of a permutation test: sign flips, and rows of a design dealt out anew."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["all_deals", "all_flips", "count_deals", "draw_deals", "draw_flips", "row_groups"]


def all_flips(k: int) -> Array:
    """Return every choice of signs in which the first is +, shape (2**(k - 1), k); the others are their negatives.

    Examples
    --------
    >>> all_flips(2).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    bits = np.arange(1 << (k - 1))[:, None] >> np.arange(k - 1) & 1
    return np.hstack([np.ones((len(bits), 1)), 1.0 - 2.0 * bits])


def draw_flips(k: int, count: int, *, seed: int) -> Array:
    """Return `count` random choices of signs, shape (count, k)."""
    return np.where(np.random.default_rng(seed).integers(0, 2, size=(count, k)) == 0, 1.0, -1.0)


def row_groups(x: Array) -> NDArray[np.intp]:
    """Return for each row of a design the number of the distinct row that it equals."""
    return np.unique(x, axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)


def count_deals(groups: NDArray[np.intp]) -> int:
    r"""Return in how many distinct ways the rows can be dealt out: :math:`k!/\prod m_g!`.

    Examples
    --------
    >>> count_deals(np.array([0, 0, 1, 2]))
    12
    """
    ties = math.prod(math.factorial(size) for size in np.bincount(groups).tolist())
    return math.factorial(len(groups)) // ties


def all_deals(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return every distinct deal of the rows as an order of the studies, shape (N, k).

    In each order the studies of the first group come first, then those of the second and so on: the effects in this
    order are fitted with the design sorted by group.

    Examples
    --------
    >>> all_deals(np.array([0, 1, 1])).tolist()
    [[0, 1, 2], [1, 0, 2], [2, 0, 1]]
    """
    deals = np.zeros((1, 0), dtype=np.int16)
    left = np.bincount(groups).astype(np.int16)[None, :]
    for _ in groups:
        row, group = np.nonzero(left > 0)
        deals = np.hstack([deals[row], group[:, None].astype(np.int16)])
        left = left[row]
        left[np.arange(len(row)), group] -= 1
    return np.argsort(deals, axis=1, kind="stable")


def draw_deals(k: int, count: int, *, seed: int) -> NDArray[np.intp]:
    """Return `count` random orders of the studies, shape (count, k)."""
    return np.random.default_rng(seed).permuted(np.tile(np.arange(k), (count, 1)), axis=1)
