"""Pooling of counts for many selections of the same rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from .formulas import ESTIMATORS, peto_parts
from .study_effects import study_effects
from .zero_policy import add_to_cells, uninformative

if TYPE_CHECKING:
    from ..effects.arrays import BoolArray, FloatArray
    from .choices import CountChoices

__all__ = ["Fits", "Parts", "fit_selections", "fit_with_parts"]

# numbers per temporary array
_CHUNK = 2_000_000


class Fits(NamedTuple):
    """Results of m selections of k rows.

    Attributes
    ----------
    estimate, se, statistic, pvalue, ci_low, ci_high : ndarray of shape (m,)
        Ratios on the natural-log scale.
    q, q_df, q_pvalue, i2, h2 : ndarray of shape (m,)
        Cochran's Q and what is made of it; with fewer than two effects Q is 0 and p 1.
    """

    estimate: FloatArray
    se: FloatArray
    statistic: FloatArray
    pvalue: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    q: FloatArray
    q_df: FloatArray
    q_pvalue: FloatArray
    i2: FloatArray
    h2: FloatArray


class Parts(NamedTuple):
    """What one analysis is made of.

    Attributes
    ----------
    cells : ndarray of shape (4, m, k)
        The cells that are pooled, 0 where a row is not chosen.
    changed, effect_changed : ndarray of bool of shape (m, k)
        Rows whose cells were added to, for the pooled estimate and for the effects of the rows.
    yi, vi : ndarray of shape (m, k)
        Effects of the rows, NaN where they have none.
    weights : ndarray of shape (m, k)
        Weights of the rows in the pooled estimate.
    """

    cells: FloatArray
    changed: BoolArray
    effect_changed: BoolArray
    yi: FloatArray
    vi: FloatArray
    weights: FloatArray


def fit_selections(numbers: FloatArray, chosen: BoolArray, choices: CountChoices) -> Fits:
    """Return the results of each selection of rows.

    Parameters
    ----------
    numbers : ndarray of shape (4, k)
        a, b, c, d, or x1, t1, x2, t2.
    chosen : ndarray of bool of shape (m, k)
        The selections.
    choices : CountChoices
        The options.
    """
    step = max(1, _CHUNK // max(1, numbers.shape[1]))
    pieces = [_fit(numbers, chosen[start : start + step], choices)[0] for start in range(0, len(chosen), step)]
    return Fits(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def fit_with_parts(numbers: FloatArray, chosen: BoolArray, choices: CountChoices) -> tuple[Fits, Parts]:
    """Return the results of one selection, and what they are made of."""
    return _fit(numbers, chosen[None, :], choices)


def _fit(numbers: FloatArray, chosen: BoolArray, choices: CountChoices) -> tuple[Fits, Parts]:
    empty = uninformative(numbers, rates=choices.rates)
    in_q = chosen & ~empty if choices.effects.drop00 else chosen
    in_pool = chosen & ~empty if choices.pooled.drop00 else chosen
    corrected, effect_changed = add_to_cells(numbers, in_q, choices.effects, rates=choices.rates)
    yi, vi = study_effects(choices.measure, numbers, corrected, in_q, correction=choices.correction)
    cells, changed = add_to_cells(numbers, in_pool, choices.pooled, rates=choices.rates)
    found = ESTIMATORS[choices.formula](cells)
    if choices.measure == "RD" and choices.correction == "events":
        found = found._replace(estimate=_of_reported_risks(numbers, found.weights))
    se = np.sqrt(found.variance)
    with np.errstate(invalid="ignore"):
        statistic = found.estimate / se
    half = ndtri((1 + choices.level) / 2) * se
    fits = Fits(
        found.estimate,
        se,
        statistic,
        2 * ndtr(-np.abs(statistic)),
        found.estimate - half,
        found.estimate + half,
        *_heterogeneity(found.estimate, yi, vi, cells, choices),
    )
    return fits, Parts(cells, changed, effect_changed, yi, vi, found.weights)


def _of_reported_risks(numbers: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean of the risk differences as reported, shape (m,)."""
    a, b, c, d = numbers
    total = weights.sum(axis=-1)
    pooled: FloatArray = (weights * (a / (a + b) - c / (c + d))).sum(axis=-1) / np.where(total > 0, total, np.nan)
    return pooled


def _heterogeneity(
    estimate: FloatArray, yi: FloatArray, vi: FloatArray, cells: FloatArray, choices: CountChoices
) -> tuple[FloatArray, ...]:
    """Return Q, its degrees of freedom and p-value, I² in percent and H²."""
    has = np.isfinite(yi)
    k = has.sum(axis=-1).astype(float)
    if choices.method == "Peto":
        q, several = _peto_q(cells)
        several = several & (k > 1)
    else:
        several = k > 1
        w = np.where(has, 1 / np.where(has, vi, 1.0), 0.0)
        y = np.where(has, yi, 0.0)
        centre = estimate
        if choices.q_around == "iv":
            total = w.sum(axis=-1)
            centre = np.where(total > 0, (w * y).sum(axis=-1) / np.where(total > 0, total, 1.0), np.nan)
        q = (w * (y - centre[:, None]) ** 2).sum(axis=-1)
    df = np.where(several, k - 1, 0.0)
    q = np.where(several, np.maximum(q, 0.0), 0.0)
    safe = np.where(several, df, 1.0)
    positive = q > 0
    i2 = np.where(positive, np.maximum(0.0, 100 * (q - df) / np.where(positive, q, 1.0)), np.where(np.isnan(q), q, 0.0))
    return q, df, np.where(several, chdtrc(safe, q), 1.0), i2, np.where(several, q / safe, 1.0)


def _peto_q(cells: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return Peto's Q, Σ (O − E)²/V − (Σ(O − E))²/ΣV, and whether more than one table has V > 0."""
    difference, spread = peto_parts(cells)
    informs = spread > 0
    each = np.where(informs, difference**2 / np.where(informs, spread, 1.0), 0.0).sum(axis=-1)
    total = spread.sum(axis=-1)
    pooled = np.where(informs, difference, 0.0).sum(axis=-1) ** 2 / np.where(total > 0, total, 1.0)
    return each - pooled, informs.sum(axis=-1) > 1
