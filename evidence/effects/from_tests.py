"""A correlation or an R² that was not reported, from the test that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..vocabulary import CorrelationMeasure, RegressionMeasure, allowed
from .correlations import correlation_from_t, t_from_signed_p
from .partial import semipartial_from_t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .arrays import FloatArray
    from .notes import Remark

__all__ = ["TESTED_MEASURES", "fill_from_tests", "r_squared_from_f"]

TESTED_MEASURES = frozenset({*allowed(CorrelationMeasure), *allowed(RegressionMeasure)})
_SEMIPARTIAL = frozenset({"SPCOR", "ZSPCOR"})


def fill_from_tests(
    measure: str, numbers: Mapping[str, FloatArray], rows: int
) -> tuple[dict[str, FloatArray], list[Remark]]:
    """Fill correlations, or R², that are missing from t or F, and these from p, and say where.

    Parameters
    ----------
    measure : str
        Any measure; those without a test are returned as they are.
    numbers : mapping of str to ndarray of shape (k,)
        The checked numbers of each role, NaN where missing.
    rows : int
        Number of rows, k.

    Returns
    -------
    numbers : dict
        With ``r``, or for R2 and ZR2 ``r2``, filled where it could be.
    remarks : list of remarks

    Examples
    --------
    >>> import numpy as np
    >>> numbers = {"r": np.array([0.5, np.nan]), "t": np.array([9.0, 3.0]), "n": np.array([20.0, 18.0])}
    >>> filled, remarks = fill_from_tests("COR", numbers, 2)
    >>> filled["r"], remarks[0]
    (array([0.5, 0.6]), (array([False,  True]), 'r from t'))
    """
    if measure not in TESTED_MEASURES:
        return dict(numbers), []
    filled = dict(numbers)
    missing = np.full(rows, np.nan)
    df = numbers["n"] - (numbers["m"] + 1 if "m" in numbers else 2)
    df = np.where(df > 0, df, np.nan)
    p = numbers.get("pvalue", missing)
    if measure in {"R2", "ZR2"}:
        target, statistic, letter = "r2", numbers.get("f", missing), "F"
        from_p = _f_from_p(p, numbers["m"], df)
    else:
        target, statistic, letter = "r", numbers.get("t", missing), "t"
        from_p = t_from_signed_p(p, df)
    reported = numbers.get(target, missing)
    use_p = np.isnan(statistic) & ~np.isnan(from_p)
    test = np.where(use_p, from_p, statistic)
    if target == "r2":
        found = r_squared_from_f(test, numbers["m"], df)
    elif measure in _SEMIPARTIAL:
        found = semipartial_from_t(test, numbers["r2"], df)
    else:
        found = correlation_from_t(test, df)
    used = np.isnan(reported) & ~np.isnan(found)
    filled[target] = np.where(used, found, reported)
    sign = "" if target == "r2" else ", with its sign"
    name = "R²" if target == "r2" else "r"
    none_left = np.isnan(reported) & np.isnan(df) & ~(np.isnan(statistic) & np.isnan(p))
    remarks: list[Remark] = [
        (used & ~use_p, f"{name} from {letter}"),
        (used & use_p, f"{name} from p{sign}"),
        (none_left, "the test has no degrees of freedom"),
    ]
    if measure in _SEMIPARTIAL:
        with np.errstate(invalid="ignore"):
            above = filled["r"] ** 2 > numbers["r2"] * (1 + 1e-9)
        remarks.append((above, "the square of the semi-partial correlation is above R²: do they belong together?"))
    return filled, remarks


def r_squared_from_f(f: FloatArray, m: FloatArray, df: FloatArray) -> FloatArray:
    r"""Return the R² of a regression with `m` predictors from its F statistic, :math:`mF/(mF + df)`.

    Parameters
    ----------
    f, m, df : ndarray of shape (k,)
        F statistics of all predictors together, their numbers, and residual degrees of freedom.

    References
    ----------
    Cohen J (1988). Statistical power analysis for the behavioral sciences, 2nd edition, chapter 9.
    doi:10.4324/9780203771587

    Examples
    --------
    >>> import numpy as np
    >>> r_squared_from_f(np.array([5.0]), np.array([4.0]), np.array([60.0]))
    array([0.25])
    """
    return m * f / (m * f + df)


def _f_from_p(p: FloatArray, m: FloatArray, df: FloatArray) -> FloatArray:
    from scipy.special import betaincinv

    # the upper tail of F is a beta distribution's lower one, which keeps the digits of a tiny p
    rest = betaincinv(df / 2, m / 2, p)
    return df * (1 - rest) / (m * rest)
