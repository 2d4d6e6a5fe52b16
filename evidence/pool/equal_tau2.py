r"""Tests of heterogeneity: whether it is the same for all studies.

The alternative to one τ² is a τ² of its own for each study, estimated by restricted maximum likelihood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from ..card import Card, Carded, show_number
from ..errors import ConvergenceError, InputError
from ..numbers import format_p
from .checks import check_fit
from .core import make_batch
from .tau2 import estimate_tau2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .core import Array, Batch
    from .result import PooledResult

__all__ = ["EqualTau2Tests", "equal_tau2_tests"]

_FEWEST = 3
_MEANS, _PRECISIONS = 201, 61
_STEPS = 20_000
_CHANGE, _SMALL_CHANGE = 1e-12, 1e-8
_FLAT = 1e-14
_LONGEST, _FARTHEST = 1e8, 20.0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class EqualTau2Tests(Carded):
    """Tests of the hypothesis that τ² is the same for every study.

    Attributes
    ----------
    lrt, wald, score : float
        Statistics.
    df : float
        Their degrees of freedom, k − 1.
    lrt_pvalue, wald_pvalue, score_pvalue : float
        Chi-squared p-values.
    tau2 : float
        The common τ².
    study_tau2, study_tau2_se : array, shape (k,)
        A τ² for each study, and their standard errors.
    labels : tuple of str
        The studies.
    cautions : tuple of str
        What a reader must know before quoting the tests.
    """

    lrt: float
    lrt_pvalue: float
    wald: float
    wald_pvalue: float
    score: float
    score_pvalue: float
    df: float
    tau2: float
    study_tau2: Array
    study_tau2_se: Array
    labels: tuple[str, ...]
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each study: tau2 and se."""
        return pd.DataFrame(
            {"tau2": self.study_tau2, "se": self.study_tau2_se}, index=pd.Index(self.labels, name="study")
        )

    def _card(self) -> Card:
        tests = (
            ("Likelihood ratio", self.lrt, self.lrt_pvalue),
            ("Wald", self.wald, self.wald_pvalue),
            ("Score", self.score, self.score_pvalue),
        )
        facts = tuple((name, f"{show_number(value)} on {self.df:g} df, {format_p(p)}") for name, value, p in tests)
        title = "Tests of one τ² for all studies, by REML"
        return Card(title=title, facts=facts, table=self.to_frame(), cautions=self.cautions)


def equal_tau2_tests(fit: PooledResult) -> EqualTau2Tests:
    r"""Test whether the variance between studies is the same for every study, by REML; metafor's ``hettest()``.

    The alternative is a τ² of its own for each study. The tests are chi-squared on k − 1 degrees of freedom: twice
    the difference of the restricted log-likelihoods; the contrasts of the study's τ² over their covariance, the
    inverse of :math:`\tfrac12 P \circ P`; and the score at a common τ² over that information.

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators of at least three studies; only its effects and variances are used.

    Raises
    ------
    InputError
        With moderators, or fewer than three studies.
    ConvergenceError
        Where the maximum was not found; there is no known case.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = equal_tau2_tests(pool([0.10, 0.30, 0.35, 1.65], [0.03, 0.03, 0.05, 0.01]))
    >>> round(found.lrt, 3), found.df, round(found.lrt_pvalue, 3)
    (5.241, 3.0, 0.155)
    """
    check_fit(fit, "equal_tau2_tests()")
    if fit.has_moderators:
        raise InputError("the tests of one τ² for all studies are for a mean; this fit has moderators")
    if fit.k < _FEWEST:
        raise InputError(f"the tests of one τ² for all studies need at least {_FEWEST} studies; there are {fit.k}")
    batch = make_batch(fit.yi, fit.vi)
    common = estimate_tau2(batch, "REML").tau2 / batch.unit
    y, v = batch.y[0], batch.v[0]
    own = _separate_tau2(batch)
    lrt = max(0.0, 2 * float(_log_likelihood(y, v + own) - _log_likelihood(y, v + common)))
    score = _score_test(y, 1 / (v + common))
    wald, se = _wald_test(1 / (v + own), own)
    df = float(fit.k - 1)
    cautions = ["With one observation for each τ², the chi-squared distribution is a rough approximation."]
    if math.isnan(wald):
        cautions.append("There is no Wald test: the information about the studies' τ² is singular.")
    se.setflags(write=False)
    separate = own * batch.unit
    separate.setflags(write=False)
    return EqualTau2Tests(
        lrt=lrt,
        lrt_pvalue=float(chdtrc(df, lrt)),
        wald=wald,
        wald_pvalue=math.nan if math.isnan(wald) else float(chdtrc(df, wald)),
        score=score,
        score_pvalue=math.nan if math.isnan(score) else float(chdtrc(df, score)),
        df=df,
        tau2=float((common * batch.unit)[0]),
        study_tau2=separate,
        study_tau2_se=np.asarray(se * batch.unit),
        labels=tuple(str(label) for label in fit.labels),
        cautions=tuple(cautions),
    )


def _log_likelihood(y: Array, m: Array) -> Array:
    """Return the restricted log-likelihood of a mean with variances m, shape (..., k), without constants."""
    w = 1 / m
    total = w.sum(axis=-1)
    mean = (w * y).sum(axis=-1) / total
    squares = (w * np.square(y - mean[..., None])).sum(axis=-1)
    return np.asarray(-0.5 * (np.log(m).sum(axis=-1) + np.log(total) + squares))


def _separate_tau2(batch: Batch) -> Array:
    r"""Return the τ² of each study that together maximise the restricted likelihood, in the batch's units.

    :math:`-\log W` is the highest of its tangents, and the quadratic form the least over the mean: given a mean μ and
    a precision W, each variance has its own maximum, :math:`\max(v_i, (y_i - μ)^2 + 1/W)`. So the search for the
    highest of many maxima is one in two dimensions; from each on a grid, alternating steps climb to the top.
    """
    y, v = batch.y[0], batch.v[0]
    low = 1 / (1 / v).sum()
    high = float(np.square(np.ptp(y)) + v.max())
    means = np.linspace(y.min(), y.max(), _MEANS)
    spread = np.geomspace(low, max(high, 2 * low), _PRECISIONS)
    height = np.empty((_MEANS, _PRECISIONS))
    for row, mean in enumerate(means):
        around = np.square(y - mean) + spread[:, None]
        m = np.maximum(v, around)
        height[row] = np.log(spread) - np.log(m).sum(axis=1) - (around / m).sum(axis=1)
    one, other = np.unravel_index(_tops(height), height.shape)
    return _climb(y, v, np.maximum(v, np.square(y - means[one, None]) + spread[other, None]))


def _tops(height: Array) -> NDArray[np.intp]:
    """Return the cells of a table that are no lower than their neighbours."""
    padded = np.pad(height, 1, constant_values=-np.inf)
    top = np.ones(height.shape, dtype=bool)
    for shift in ((0, 1), (2, 1), (1, 0), (1, 2)):
        top &= height >= padded[shift[0] : shift[0] + height.shape[0], shift[1] : shift[1] + height.shape[1]]
    return np.flatnonzero(top)


def _climb(y: Array, v: Array, m: Array) -> Array:
    """Return the highest of the maxima that are reached from several starts, as variances between studies.

    Two plain steps and the change between them give a longer one (Varadhan and Roland 2008,
    doi:10.1111/j.1467-9469.2007.00585.x), which is taken where it climbs higher. Where the likelihood is level to
    rounding a small change will do, and a start that could not catch up with the highest is not waited for.
    """
    for _ in range(_STEPS):
        once = _step(y, v, m)
        twice = _step(y, v, once)
        first, second = np.log(once / m), np.log(twice / once)
        size, bend = np.abs(first).max(axis=1), np.abs(second - first).max(axis=1)
        heights = _log_likelihood(y, m)
        gain, best = _log_likelihood(y, twice) - heights, heights.argmax()
        level = gain <= _FLAT * (1 + np.abs(heights))
        there = (size <= _CHANGE) | (level & (size <= _SMALL_CHANGE))
        if there[best] and (there | level | (_STEPS * gain < heights[best] - heights)).all():
            return np.asarray(m[best] - v)
        length = np.divide(size, bend, out=np.ones_like(size), where=bend > 0)[:, None].clip(1.0, _LONGEST)
        move = 2 * length * first + length**2 * (second - first)
        far = _step(y, v, np.maximum(v, m * np.exp(move.clip(-_FARTHEST, _FARTHEST))))
        m = np.where((_log_likelihood(y, far) > _log_likelihood(y, twice))[:, None], far, twice)
    raise ConvergenceError("the studies' own τ² were not found")


def _step(y: Array, v: Array, m: Array) -> Array:
    """Return the best variances given the mean and the precision that belong to others."""
    w = 1 / m
    total = w.sum(axis=1)
    mean = (w * y).sum(axis=1) / total
    return np.asarray(np.maximum(v, np.square(y - mean[:, None]) + 1 / total[:, None]))


def _information(w: Array) -> Array:
    r"""Return :math:`\tfrac12 P \circ P`."""
    total, largest = w.sum(), w.argmax()
    others = total - w
    others[largest] = np.delete(w, largest).sum()  # what is left may be far below the rounding of the total
    p = -np.outer(w, w) / total
    np.fill_diagonal(p, w * others / total)
    return np.asarray(0.5 * p * p)


def _score_test(y: Array, w: Array) -> float:
    """Return the score statistic of a τ² for each study, and the scores."""
    residual = w * (y - (w * y).sum() / w.sum())
    scores = 0.5 * (np.square(residual) - (w - w * w / w.sum()))
    information = _information(w)
    if _singular(information):
        return math.nan
    return float(scores @ np.linalg.solve(information, scores))


def _wald_test(w: Array, tau2: Array) -> tuple[float, Array]:
    """Return the Wald statistic of equal τ², and the standard error of each.

    The contrasts over their covariance are the same as the differences from the generalised least-squares mean under
    the information, which needs no inverse.
    """
    information = _information(w)
    if _singular(information):
        return math.nan, np.full(len(w), np.nan)
    weight = information.sum(axis=0)
    away = tau2 - (weight @ tau2) / weight.sum()
    size = np.sqrt(np.diag(information))
    inverse = np.linalg.inv(information / np.outer(size, size))
    return float(away @ information @ away), np.sqrt(np.diag(inverse)) / size


def _singular(information: Array) -> bool:
    size = np.sqrt(np.diag(information))
    return bool(np.linalg.cond(information / np.outer(size, size)) > 1e12)
