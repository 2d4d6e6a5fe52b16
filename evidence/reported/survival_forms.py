"""What the ways to a log hazard ratio share: its forms, and one- and two-sided p-values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .finish import finish
from .values import raise_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .finish import Remark
    from .result import Derived
    from .values import FloatArray, Given

__all__ = ["finish_log_hr", "two_sided"]


def two_sided(given: Given) -> FloatArray:
    """Return the p-values of the input ``p`` as two-sided ones.

    Parameters
    ----------
    given : Given
        With ``p``, and ``sides`` of 1 or 2.

    Raises
    ------
    RowError
        Where sides are neither 1 nor 2, or a one-sided p-value is above 0.5.
    """
    raise_rows(
        given,
        [
            (~np.isin(given["sides"], (1, 2)) & given.has("sides"), "a test is one- or two-sided: 1 or 2", "sides"),
            ((given["sides"] == 1) & (given["p"] > 0.5), "a one-sided p above 0.5 is against the effect", "p"),
        ],
    )
    return np.where(given["sides"] == 1, 2 * given["p"], given["p"])


def finish_log_hr(
    method: str,
    given: Given,
    yi: FloatArray,
    v: FloatArray,
    *,
    lacking: tuple[str, ...],
    withheld: Sequence[Remark] = (),
    notes: Sequence[Remark] = (),
    cautions: Sequence[Remark] = (),
) -> Derived:
    """Return the result of every way: the log hazard ratio with its variance, and O − E with V.

    Parameters
    ----------
    method : str
        The way, as the catalogue calls it.
    given : Given
        The inputs.
    yi, v : array, shape (k,)
        Log hazard ratios and the inverse of their variances.
    lacking : tuple of str
        Inputs whose absence withholds a row.
    withheld, notes, cautions : sequence of remarks
        As in `finish`.
    """
    value = {"yi": yi, "vi": 1 / v, "sei": 1 / np.sqrt(v), "hr": np.exp(yi), "o_minus_e": yi * v, "v": v}
    return finish(method, given, value, withheld=[*given.lacking(*lacking), *withheld], notes=notes, cautions=cautions)
