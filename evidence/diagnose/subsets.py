"""Which studies a subset has: packed into bits, all of them or a sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["all_subsets", "count_subsets", "draw_subsets", "pack", "unpack"]

# up to here all subsets are listed and some taken; beyond, subsets are drawn and repetitions drawn again
_LISTED = 22


def count_subsets(k: int, *, least: int) -> int:
    """Return the number of subsets of k studies with at least `least` of them.

    Examples
    --------
    >>> count_subsets(13, least=1), count_subsets(4, least=3)
    (8191, 5)
    """
    return (1 << k) - sum(math.comb(k, size) for size in range(least))


def pack(members: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return rows of bits, shape (N, k), packed eight to a byte; study j is bit j mod 8 of byte j // 8."""
    return np.packbits(members, axis=1, bitorder="little")


def unpack(packed: NDArray[np.uint8], k: int) -> NDArray[np.bool_]:
    """Return packed rows as an array of bool, shape (N, k)."""
    return np.unpackbits(packed, axis=1, count=k, bitorder="little").astype(bool)


def all_subsets(k: int, *, least: int) -> NDArray[np.uint8]:
    """Return every subset of k studies with at least `least`, packed, in the order of their binary numbers.

    Examples
    --------
    >>> unpack(all_subsets(2, least=1), 2).astype(int).tolist()
    [[1, 0], [0, 1], [1, 1]]
    """
    return _from_numbers(np.arange(1, 1 << k, dtype="<u4"), k, least=least)


def draw_subsets(k: int, count: int, *, least: int, seed: int) -> NDArray[np.uint8]:
    """Return different subsets of at least `least` studies, packed, each as likely as any other.

    Parameters
    ----------
    k, count : int
        Studies, and subsets to draw; there must be that many.
    least : int
        Smallest size of a subset.
    seed : int
        Seed of the draw.
    """
    rng = np.random.default_rng(seed)
    if k <= _LISTED:
        listed = all_subsets(k, least=least)
        return np.ascontiguousarray(listed[rng.permutation(len(listed))[:count]])
    drawn = np.zeros((0, (k + 7) // 8), dtype=np.uint8)
    while len(drawn) < count:
        missing = count - len(drawn)
        bits = rng.integers(0, 2, size=(missing + missing // 8 + 16, k), dtype=np.uint8)
        drawn = np.concatenate([drawn, np.packbits(bits[bits.sum(axis=1) >= least], axis=1, bitorder="little")])
        first = np.unique(drawn, axis=0, return_index=True)[1]
        drawn = drawn[np.sort(first)[:count]]
    return drawn


def _from_numbers(numbers: NDArray[np.uint32], k: int, *, least: int) -> NDArray[np.uint8]:
    packed = numbers[:, None].view(np.uint8)[:, : (k + 7) // 8]
    if least > 1:
        packed = packed[np.unpackbits(packed, axis=1, count=k, bitorder="little").sum(axis=1) >= least]
    return np.ascontiguousarray(packed)
