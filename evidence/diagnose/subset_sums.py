r"""Sums over all subsets of up to some twenty studies, by doubling.

Position m of an array of length :math:`2^k` is the subset whose studies are the bits of m. Adding study j to the
:math:`2^j` subsets of the studies before it gives the next :math:`2^j`; means and sums of squares are updated by the
rule of Welford (1962, doi:10.1080/00401706.1962.10490022), so that nothing is lost to cancellation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["subset_counts", "subset_means", "subset_moments", "subset_pairs", "subset_totals"]

# subsets handled at once when weights differ between subsets: few enough to stay in the processor's cache
_LOW_BITS = 11


def subset_counts(k: int) -> NDArray[np.uint8]:
    """Return the size of every subset, shape (2**k,).

    Examples
    --------
    >>> subset_counts(3).tolist()
    [0, 1, 1, 2, 1, 2, 2, 3]
    """
    counts = np.zeros(1 << k, dtype=np.uint8)
    for study in range(k):
        half = 1 << study
        np.add(counts[:half], 1, out=counts[half : 2 * half])
    return counts


def subset_totals(w: Array) -> Array:
    """Return the sum of `w` over every subset, shape (2**k,)."""
    totals = np.zeros(1 << len(w))
    for study, weight in enumerate(w.tolist()):
        half = 1 << study
        np.add(totals[:half], weight, out=totals[half : 2 * half])
    return totals


def subset_moments(y: Array, w: Array, totals: Array) -> tuple[Array, Array]:
    """Return weighted means and weighted sums of squares about them, each of shape (2**k,); 0 for the empty set.

    Parameters
    ----------
    y, w : array, shape (k,)
        Effects and weights.
    totals : array, shape (2**k,)
        From `subset_totals`.

    Examples
    --------
    >>> w = np.array([1.0, 1.0])
    >>> mean, q = subset_moments(np.array([0.0, 4.0]), w, subset_totals(w))
    >>> mean.tolist(), q.tolist()
    ([0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 0.0, 8.0])
    """
    mean, q = np.zeros(len(totals)), np.zeros(len(totals))
    for study, (effect, weight) in enumerate(zip(y.tolist(), w.tolist(), strict=True)):
        half = 1 << study
        away = np.subtract(effect, mean[:half])
        moved = np.divide(weight, totals[half : 2 * half])
        moved *= away
        np.add(mean[:half], moved, out=mean[half : 2 * half])
        away *= moved
        away *= totals[:half]
        np.add(q[:half], away, out=q[half : 2 * half])
    return mean, q


def subset_pairs(w: Array, totals: Array) -> Array:
    """Return the sum of the products of all pairs of `w` in every subset, shape (2**k,)."""
    pairs = np.zeros(len(totals))
    for study, weight in enumerate(w.tolist()):
        half = 1 << study
        added = pairs[half : 2 * half]
        np.multiply(totals[:half], weight, out=added)
        added += pairs[:half]
    return pairs


def subset_means(y: Array, v: Array, tau2: Array) -> Array:
    """Return the mean of every subset with weights 1/(v + its own τ²), shape (2**k,); 0 for the empty set.

    Parameters
    ----------
    y, v : array, shape (k,)
        Effects and variances.
    tau2 : array, shape (2**k,)
        Between-study variances.
    """
    k = len(y)
    low = min(k, _LOW_BITS)
    size = 1 << low
    inside = (np.arange(size) >> np.arange(low)[:, None]) & 1
    member = inside.astype(float)
    sums = np.stack([np.ones(k), y])
    means = np.empty(1 << k)
    for block in range(1 << (k - low)):
        high = [study for study in range(low, k) if block >> (study - low) & 1]
        chosen = [*range(low), *high]
        part = slice(block * size, (block + 1) * size)
        w = v[chosen, None] + tau2[part]
        np.divide(1.0, w, out=w)
        w[:low] *= member
        total, weighted = sums[:, chosen] @ w
        means[part] = weighted / np.where(total > 0, total, 1.0)
    return means
