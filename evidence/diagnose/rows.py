"""Pooled estimates of several subsets of the same studies, row by row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, stdtr

from ..pool.choices import FIXED, Choices
from ..pool.prediction import choose_prediction, critical_value
from ..vocabulary import NO_RANDOM_EFFECT
from .refit import ModelData, deleted_batch, refit, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool.core import Array

__all__ = ["ONE_STUDY", "PooledRows", "pool_rows"]

ONE_STUDY = "one study: its own estimate; variance between studies cannot be estimated"
# numbers held at once while many rows of many studies are fitted
_ELEMENTS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledRows:
    """What `evidence.pool.pool` gives for each of B subsets; each array has shape (B,).

    Attributes
    ----------
    k : array of int
        Studies in the subset.
    estimate, se, statistic, pvalue, ci_low, ci_high : array
        Pooled effect and what is said about it.
    pi_low, pi_high : array
        Prediction interval; NaN in an equal-effects model.
    q, q_pvalue : array
        Cochran's Q and its chi-squared p-value on k − 1 degrees of freedom.
    tau2, i2, h2 : array
        Between-study variance, I² in percent and H², as `evidence.pool.PooledResult` defines them.
    """

    k: NDArray[np.intp]
    estimate: Array
    se: Array
    statistic: Array
    pvalue: Array
    ci_low: Array
    ci_high: Array
    pi_low: Array
    pi_high: Array
    q: Array
    q_pvalue: Array
    tau2: Array
    i2: Array
    h2: Array

    def frame(self, index: pd.Index) -> pd.DataFrame:
        """Return the arrays as columns."""
        return pd.DataFrame({field.name: getattr(self, field.name) for field in fields(PooledRows)}, index=index)


def pool_rows(data: ModelData, left_out: NDArray[np.bool_], *, single: bool) -> PooledRows:
    """Pool the studies that each row keeps.

    Parameters
    ----------
    data : ModelData
        Of a fit without moderators.
    left_out : array of bool, shape (B, k)
        What each row leaves out.
    single : bool
        Whether a row with one study is given as that study's own estimate, or as NaN.
    """
    n = len(left_out)
    kept = data.k - left_out.sum(axis=1)
    columns = {field.name: np.full(n, np.nan) for field in fields(PooledRows) if field.name != "k"}
    several = np.flatnonzero(kept > 1)
    at_once = max(1, _ELEMENTS // data.k)
    for start in range(0, len(several), at_once):
        part = several[start : start + at_once]
        for name, values in _describe(data, left_out[part]).items():
            columns[name][part] = values
    if single:
        alone = np.flatnonzero(kept == 1)
        for name, values in _single(data, (~left_out[alone]).argmax(axis=1)).items():
            columns[name][alone] = values
    return PooledRows(k=kept, **columns)


def _describe(data: ModelData, left_out: NDArray[np.bool_]) -> dict[str, Array]:
    choices = data.choices
    batch = deleted_batch(data, left_out)
    fits, (q, typical) = refit(batch, choices, data.weights), spread(batch)
    estimate, se = fits.coef[:, 0] + data.center, fits.se()[:, 0]
    usable = np.where(fits.scale > 0, 1.0, np.nan)
    statistic = np.divide(estimate, se, out=np.full_like(se, np.nan), where=se > 0)
    critical, predictive = _critical_values(batch.k, choices)
    beyond = 2 * (ndtr(-np.abs(statistic)) if choices.test == "z" else stdtr(fits.df, -np.abs(statistic)))
    half = critical * se * usable
    around = predictive * np.sqrt(fits.tau2 + (0.0 if choices.prediction == "tau" else se * se)) * usable
    if choices.tau2_method in NO_RANDOM_EFFECT:
        i2 = np.divide(100 * (q - fits.df), q, out=np.zeros_like(q), where=q > fits.df)
        h2 = q / fits.df
    else:
        i2, h2 = 100 * fits.tau2 / (fits.tau2 + typical), 1 + fits.tau2 / typical
    return {
        "estimate": estimate,
        "se": se,
        "statistic": statistic,
        "pvalue": np.asarray(beyond),
        "ci_low": estimate - half,
        "ci_high": estimate + half,
        "pi_low": estimate - around,
        "pi_high": estimate + around,
        "q": q,
        "q_pvalue": np.asarray(chdtrc(fits.df, q)),
        "tau2": fits.tau2,
        "i2": i2,
        "h2": h2,
    }


def _critical_values(k: Array, choices: Choices) -> tuple[Array, Array]:
    """Return the critical values of the confidence and of the prediction interval for each row."""
    sizes, place = np.unique(k, return_inverse=True)
    confidence, prediction = np.empty(len(sizes)), np.full(len(sizes), np.nan)
    for row, size in enumerate(sizes.astype(int).tolist()):
        confidence[row] = critical_value(np.inf if choices.test == "z" else size - 1.0, choices.level)
        if choices.tau2_method not in NO_RANDOM_EFFECT:
            rule = choose_prediction(choices.prediction, test=choices.test, k=size, p=1)
            prediction[row] = critical_value(rule.df, choices.level)
    return confidence[place], prediction[place]


def _single(data: ModelData, study: NDArray[np.intp]) -> dict[str, Array]:
    """Return what one study says by itself, as `evidence.pool.pool` has it: by the normal test, without τ²."""
    choices = data.choices
    known = choices.tau2_given if choices.tau2_method == FIXED else 0.0
    estimate, se = data.y[study] + data.center, np.sqrt(data.v[study] + known)
    is_known = choices.tau2_method in (*NO_RANDOM_EFFECT, FIXED)
    half = critical_value(np.inf, choices.level) * se
    return {
        "estimate": estimate,
        "se": se,
        "statistic": estimate / se,
        "pvalue": np.asarray(2 * ndtr(-np.abs(estimate / se))),
        "ci_low": estimate - half,
        "ci_high": estimate + half,
        "q": np.zeros(len(study)),
        "tau2": np.full(len(study), known if is_known else np.nan),
    }
