"""The Newton step towards a maximum, made to climb where the function bends upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..pool.core import Array

__all__ = ["ascent_step"]


def ascent_step(gradient: Array, information: Array) -> Array:
    """Solve for the step; where the likelihood bends upwards, turn the curvature so that the step still climbs.

    Parameters
    ----------
    gradient : array, shape (q,)
        First derivatives.
    information : array, shape (q, q)
        Minus the second derivatives.

    Returns
    -------
    array, shape (q,)

    Examples
    --------
    >>> ascent_step(np.array([1.0, 2.0]), np.diag([2.0, -4.0])).tolist()
    [0.5, 0.5]
    """
    if not len(gradient):
        return gradient
    scale = np.sqrt(np.abs(np.diag(information)))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    values = np.maximum(np.abs(values), 1e-10 * np.abs(values).max() + 1e-300)
    return np.asarray((vectors @ ((vectors.T @ (gradient / scale)) / values)) / scale)
