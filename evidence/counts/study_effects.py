"""The effect and variance of each study, for Q and the plots beside a count model; the pooled estimate needs none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..effects.binary import odds_ratio, peto_odds_ratio, risk_difference, risk_ratio

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray, EffectPair, FloatArray

__all__ = ["study_effects"]

_TWO_BY_TWO = {"OR": odds_ratio, "RR": risk_ratio, "RD": risk_difference, "PETO": peto_odds_ratio}


def study_effects(
    measure: str, numbers: FloatArray, cells: FloatArray, chosen: BoolArray, *, correction: str
) -> EffectPair:
    """Return the effects of the chosen rows, NaN elsewhere and where a row has none.

    Parameters
    ----------
    measure : {"OR", "RR", "RD", "PETO", "IRR", "IRD"}
        The effect; ratios on the natural-log scale.
    numbers, cells : ndarray of shape (4, k) and (4, m, k)
        The counts as reported, and after the zero-cell policy.
    chosen : ndarray of bool of shape (m, k)
        Rows that may have an effect.
    correction : {"cells", "events"}
        With "cells" effect and variance are those of the corrected table. With "events" the risk ratio is that of a
        table with more events but as many non-events, and the risk difference is that of the reported table; only
        its variance is that of the corrected one.

    Returns
    -------
    yi, vi : ndarray of shape (m, k)
        A variance of 0 cannot be weighted and counts as no effect.

    Examples
    --------
    >>> numbers = np.array([[4.0], [119.0], [11.0], [128.0]])
    >>> yi, vi = study_effects("OR", numbers, numbers[:, None, :], np.array([[True]]), correction="cells")
    >>> yi.round(4), vi.round(4)
    (array([[-0.9387]]), array([[0.3571]]))
    """
    # rows that are not chosen get a harmless table, and no effect afterwards
    usable = np.where(chosen, cells, 1.0)
    reported = np.broadcast_to(numbers[:, None, :], cells.shape)
    if measure in ("IRR", "IRD"):
        yi, vi = _of_rates(measure, usable)
    else:
        if correction == "events" and measure == "RR":
            usable = np.where(chosen, np.array([cells[0], reported[1], cells[2], reported[3]]), 1.0)
        yi, vi = _TWO_BY_TWO[measure](*usable)
        if correction == "events" and measure == "RD":
            yi = np.broadcast_to(risk_difference(*numbers)[0], yi.shape)
    lost = ~chosen | ~np.isfinite(yi) | ~(vi > 0)
    return np.where(lost, np.nan, yi), np.where(lost, np.nan, vi)


def _of_rates(measure: str, cells: FloatArray) -> EffectPair:
    x1, t1, x2, t2 = cells
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "IRR":
            return np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2
        return x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2
