"""What is added to zero cells, where, and what is said about it.

The policies are named as in metafor. The usual half event is a convention, not an estimate: with rare events the
pooled result can hang on it, which is why every row that it touches says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .arrays import BoolArray, FloatArray

__all__ = ["CorrectedCells", "correct_zero_cells", "treatment_arm_addition", "uninformative_arms"]


class CorrectedCells(NamedTuple):
    """Cells after the policy, and where it acted.

    Attributes
    ----------
    cells : ndarray of shape (cells, k)
        The counts.
    zero : ndarray of bool of shape (k,)
        Rows that had a zero cell.
    changed : ndarray of bool of shape (k,)
        Rows that something was added to.
    """

    cells: FloatArray
    zero: BoolArray
    changed: BoolArray


def treatment_arm_addition(cells: FloatArray) -> FloatArray:
    r"""Return what the treatment-arm correction adds to each cell: :math:`n_j/(n_1+n_2)` in group j.

    The two additions sum to 1, like two halves, and leave the odds ratio of a table without events at 1 whatever the
    sizes of the groups.

    Parameters
    ----------
    cells : ndarray of shape (4, k)
        Events and non-events of group 1, then of group 2.

    Returns
    -------
    ndarray of shape (4, k)

    References
    ----------
    Sweeting MJ, Sutton AJ, Lambert PC (2004), doi:10.1002/sim.1761, in the form of R's meta (``incr = "TACC"``).

    Examples
    --------
    >>> import numpy as np
    >>> treatment_arm_addition(np.array([[0.0], [20.0], [3.0], [57.0]])).T
    array([[0.25, 0.25, 0.75, 0.75]])
    """
    n1, n2 = cells[0] + cells[1], cells[2] + cells[3]
    share = n1 / (n1 + n2)
    return np.array([share, share, 1 - share, 1 - share])


def correct_zero_cells(cells: FloatArray, *, add: float | FloatArray, to: str) -> CorrectedCells:
    """Add a constant, or what an array says, to the cells of the rows that the policy names.

    Parameters
    ----------
    cells : ndarray of shape (cells, k)
        Counts; a row with a NaN has no zero cell, and stays NaN.
    add : float or ndarray of shape (cells, k)
        What to add to each cell.
    to : {"only0", "all", "if0all", "none"}
        To rows with a zero cell; to all rows; to all rows if any has a zero cell; to none.

    Returns
    -------
    CorrectedCells
        New cells; the input is not changed.

    References
    ----------
    Sweeting MJ, Sutton AJ, Lambert PC (2004). What to add to nothing? doi:10.1002/sim.1761

    Examples
    --------
    >>> import numpy as np
    >>> cells = np.array([[0.0, 5.0], [20.0, 15.0], [3.0, 9.0], [17.0, 11.0]])
    >>> correct_zero_cells(cells, add=0.5, to="only0").cells.T
    array([[ 0.5, 20.5,  3.5, 17.5],
           [ 5. , 15. ,  9. , 11. ]])
    """
    zero: BoolArray = (cells == 0).any(axis=0)
    if to == "all" or (to == "if0all" and zero.any()):
        changed = np.ones_like(zero)
    elif to == "only0":
        changed = zero
    else:
        changed = np.zeros_like(zero)
    if np.all(np.asarray(add) == 0):
        changed = np.zeros_like(zero)
    return CorrectedCells(np.where(changed, cells + add, cells), zero, changed)


def uninformative_arms(cells: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return which rows have no events in either arm, and which have nothing but events in both.

    Parameters
    ----------
    cells : ndarray of shape (4, k), or of shape (2, k)
        Events and non-events of arm 1, then of arm 2, before any correction; or the events of both arms alone, of which
        person-time has no limit.

    Returns
    -------
    none, everyone : ndarray of bool of shape (k,)

    Examples
    --------
    >>> import numpy as np
    >>> none, everyone = uninformative_arms(np.array([[0.0, 8.0], [20.0, 0.0], [0.0, 9.0], [17.0, 0.0]]))
    >>> none, everyone
    (array([ True, False]), array([False,  True]))
    """
    if len(cells) == 2:
        none: BoolArray = (cells == 0).all(axis=0)
        return none, np.zeros_like(none)
    events1, nonevents1, events2, nonevents2 = cells
    return (events1 == 0) & (events2 == 0), (nonevents1 == 0) & (nonevents2 == 0)
