"""Which rows a count model leaves out because neither group informs, and what it adds to zero cells.

All functions take many selections of the same rows at once: a mask of shape (m, k) says which of k rows belong to each
of m selections, so that leave-one-out and cumulative analyses are one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray, FloatArray

__all__ = ["TACC", "ZeroCells", "add_to_cells", "uninformative"]

TACC = "tacc"


class ZeroCells(NamedTuple):
    """What to do about zeros in one place.

    Attributes
    ----------
    add : float or "tacc"
        What to add to each cell; "tacc" adds to the cells of each group its share of all people.
    to : {"only0", "all", "if0all", "none"}
        Which rows it is added to.
    drop00 : bool
        Whether rows are left out in which nobody, or everybody, has the event.
    """

    add: float | str
    to: str
    drop00: bool


def uninformative(numbers: FloatArray, *, rates: bool) -> BoolArray:
    """Return the rows in which neither group informs about a ratio.

    Parameters
    ----------
    numbers : ndarray of shape (4, k)
        a, b, c, d; for rates x1, t1, x2, t2.
    rates : bool
        Which of the two.

    Returns
    -------
    ndarray of bool of shape (k,)
        No events in either group; for 2×2 tables also where everyone in both has the event.

    Examples
    --------
    >>> uninformative(np.array([[0.0, 5.0], [20.0, 0.0], [0.0, 9.0], [20.0, 0.0]]), rates=False)
    array([ True,  True])
    """
    first, second, third, fourth = numbers
    nobody: BoolArray = (first == 0) & (third == 0)
    return nobody if rates else nobody | ((second == 0) & (fourth == 0))


def add_to_cells(
    numbers: FloatArray, chosen: BoolArray, policy: ZeroCells, *, rates: bool
) -> tuple[FloatArray, BoolArray]:
    """Return the cells of each selection after the zero-cell policy, all of them 0 where a row is not chosen.

    Parameters
    ----------
    numbers : ndarray of shape (4, k)
        a, b, c, d; for rates x1, t1, x2, t2, of which only the events are added to.
    chosen : ndarray of bool of shape (m, k)
        The selections.
    policy : ZeroCells
        What is added, and to which rows.
    rates : bool
        Whether these are rates.

    Returns
    -------
    cells : ndarray of shape (4, m, k)
    changed : ndarray of bool of shape (m, k)
        Rows that something was added to.

    Examples
    --------
    >>> numbers = np.array([[0.0, 5.0], [20.0, 15.0], [3.0, 9.0], [17.0, 11.0]])
    >>> cells, _ = add_to_cells(numbers, np.array([[True, True]]), ZeroCells(0.5, "only0", False), rates=False)
    >>> cells[:, 0].T
    array([[ 0.5, 20.5,  3.5, 17.5],
           [ 5. , 15. ,  9. , 11. ]])
    """
    countable = numbers[[0, 2]] if rates else numbers
    zero = chosen & (countable == 0).any(axis=0)
    if policy.to == "all":
        changed = chosen
    elif policy.to == "if0all":
        changed = chosen & zero.any(axis=-1, keepdims=True)
    elif policy.to == "only0":
        changed = zero
    else:
        changed = np.zeros_like(chosen)
    amounts = _amounts(numbers, policy.add, rates=rates)
    cells = numbers[:, None, :] + np.where(changed, amounts[:, None, :], 0.0)
    changed = changed & (amounts > 0).any(axis=0)
    return np.where(chosen, cells, 0.0), changed


def _amounts(numbers: FloatArray, add: float | str, *, rates: bool) -> FloatArray:
    """Return what is added to each of the four numbers, shape (4, k)."""
    if add == TACC:
        people1, people2 = numbers[0] + numbers[1], numbers[2] + numbers[3]
        share = people1 / (people1 + people2)
        return np.array([share, share, 1 - share, 1 - share])
    to = (1.0, 0.0, 1.0, 0.0) if rates else (1.0, 1.0, 1.0, 1.0)
    return np.outer(to, np.full(numbers.shape[1], float(add)))
