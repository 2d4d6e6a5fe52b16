"""A weighted regression of effects on one more predictor: the arithmetic of the regression tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError
from ...pool.many import pool_many

if TYPE_CHECKING:
    from ...pool.core import Array

__all__ = ["Line", "fit_line"]

# with columns of unit length, a singular value below this means that the predictor adds nothing
_COLLINEAR = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A fitted regression.

    Attributes
    ----------
    coef, se, statistic, pvalue, ci_low, ci_high : array, shape (p,)
        Coefficients, standard errors, z or t, two-sided p-values, limits; NaN where the points fit exactly.
    df : float
        Degrees of freedom of t; infinite for z.
    tau2 : float
        Between-study variance.
    scale : float
        The factor on the variances.
    """

    coef: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    df: float
    tau2: float
    scale: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def fit_line(
    yi: Array, vi: Array, matrix: Array, *, tau2: str | float, test: str, level: float, predictor: str
) -> Line:
    """Fit one regression.

    Parameters
    ----------
    yi, vi : array, shape (k,)
        Effects and variances; ``tau2="EE"`` with ``test="hksj"`` is weighted least squares with weights 1/vi, its
        dispersion estimated.
    matrix : array, shape (k, p)
        The design, the predictor in its last column.
    tau2, test, level
        As for `evidence.pool.pool`.
    predictor : str
        What the predictor is, for messages.

    Raises
    ------
    InputError
        With no more studies than coefficients, or a predictor that hardly varies.
    """
    k, p = matrix.shape
    if k <= p:
        raise InputError(f"a regression with {p} coefficients needs at least {p + 1} studies; there are {k}")
    # powers of two: exact, and the columns are of one size
    unit = np.exp2(np.round(np.log2(np.maximum(np.abs(matrix).max(axis=0), np.finfo(float).tiny))))
    columns = matrix / unit
    weighted = columns / np.sqrt(vi / vi.min())[:, None]
    length = np.sqrt((weighted * weighted).sum(axis=0))
    if not (length > 0).all() or np.linalg.svd(weighted / length, compute_uv=False)[-1] <= _COLLINEAR:
        raise InputError(
            f"there is no test: {predictor} hardly varies between the studies, or is a combination of the moderators"
        )
    found = pool_many(yi, vi, columns, tau2=tau2, test=test, level=level)
    return Line(
        coef=found.coef[0] / unit,
        se=found.se[0] / unit,
        statistic=found.statistic[0],
        pvalue=found.pvalue[0],
        ci_low=found.ci_low[0] / unit,
        ci_high=found.ci_high[0] / unit,
        df=math.inf if test == "z" else float(k - p),
        tau2=float(found.tau2[0]),
        scale=float(found.scale[0]),
    )
