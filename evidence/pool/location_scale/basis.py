"""A scale design in terms of orthogonal columns of one size, in which every direction costs the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..core import Array
    from ..design import Design

__all__ = ["ScaleBasis", "orthogonalise"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleBasis:
    """Orthogonal columns that span those of a design.

    Attributes
    ----------
    columns : array, shape (k, q)
        Columns with mean square 1; the first is constant where the design contains a constant.
    to_design : array, shape (q, q)
        What makes coefficients of the design of coefficients of the columns.
    """

    columns: Array
    to_design: Array


def orthogonalise(design: Design, units: Array) -> ScaleBasis:
    """Return orthogonal columns that span those of a design.

    Parameters
    ----------
    design : Design
        The scale design, its columns independent.
    units : array, shape (q,)
        By what its columns are divided first, so that they are of one size.

    Examples
    --------
    >>> import pandas as pd
    >>> from evidence.pool.design import build_design
    >>> design = build_design(np.array([[1.0], [2.0], [6.0]]), None, intercept=True, labels=pd.RangeIndex(3))
    >>> basis = orthogonalise(design, np.ones(2))
    >>> np.abs(basis.columns[:, 0]).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    matrix = design.matrix / units
    k, q = matrix.shape
    columns, root = np.linalg.qr(matrix)
    if design.spans_mean:
        turn = _turn_to_first(columns.T @ np.ones(k))
        columns, root = columns @ turn, turn.T @ root
        columns[:, 0] = np.copysign(1 / np.sqrt(k), columns[:, 0].sum())
    columns = columns * np.sqrt(k)
    to_design = np.linalg.solve(root / np.sqrt(k), np.eye(q)) / units[:, None]
    return ScaleBasis(columns=columns, to_design=to_design)


def _turn_to_first(vector: Array) -> Array:
    """Return a reflection that turns a vector into the first axis or its opposite."""
    unit = vector / np.linalg.norm(vector)
    mirror = unit.copy()
    mirror[0] += np.copysign(1.0, unit[0])
    return np.asarray(np.eye(len(unit)) - 2 * np.outer(mirror, mirror) / (mirror @ mirror))
