"""Thousands of small meta-analyses at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from ..errors import InputError
from ..vocabulary import Engine, check_option
from .checks import is_finite
from .choices import FIXED, Choices, check_choices
from .core import Array, Batch, Projection, make_batch, project, residual_variance
from .sums import q_and_slope, stack_batch
from .tau2 import WEIGHTED, estimate_tau2

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ManyFits", "pool_many"]

# with columns of unit length, a singular value below this means that they are collinear for all practical purposes
_COLLINEAR = 1e-11
# beyond these, squares and their sums leave the range of floating-point numbers
_EFFECT_MOST = 1e150
_VARIANCES = (1e-303, 1e300)
_VARIANCE_RATIO = 1e100
_STANDARD_ERRORS_MOST = 1e40
_STANDARD_ERRORS_LEAST = 1e-151


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManyFits:
    """Many fits of one model, row by row.

    Attributes
    ----------
    tau2, q, df, scale : array, shape (B,)
        Between-study variance; Cochran's Q; k − p; the factor on the variances that the test asks for.
    coef, se, statistic, ci_low, ci_high : array, shape (B, p)
        Coefficients and what is said about them; for a mean p is 1. Where the scale is 0, as it is with ``"hksj"``
        where all effects of a row are equal, and for other reasons without degrees of freedom, tests and limits are
        NaN.
    tau2_method, test : str
        The estimator, or ``"fixed"``, and the test.
    level : float
        Confidence level of the intervals.
    """

    tau2: Array
    q: Array
    df: Array
    scale: Array
    coef: Array
    se: Array
    statistic: Array
    ci_low: Array
    ci_high: Array
    tau2_method: str
    test: str
    level: float

    def __post_init__(self) -> None:
        """Protect the arrays: what is written into them would change the result."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def estimate(self) -> Array:
        """The first coefficient, shape (B,): the pooled effect where there are no moderators."""
        return self.coef[:, 0]

    @property
    def pvalue(self) -> Array:
        """Two-sided p-values of the coefficients, shape (B, p)."""
        lower = -np.abs(self.statistic)
        return np.asarray(2 * (ndtr(lower) if self.test == "z" else stdtr(self.df[:, None], lower)))


def pool_many(
    y: ArrayLike,
    v: ArrayLike,
    x: ArrayLike | None = None,
    *,
    tau2: str | float = "REML",
    test: str = "hksj",
    level: float = 0.95,
    engine: str = "numpy",
) -> ManyFits:
    """Fit the same model to many data sets.

    Every row gives what `evidence.pool.pool` gives for it.

    Parameters
    ----------
    y, v : array-like, shape (B, k)
        Effects and sampling variances. An infinite variance leaves a study out of its row.
    x : array-like, shape (k, p) or (B, k, p), optional
        The design, intercept included; by default the intercept alone.
    tau2, test, level
        As for `evidence.pool.pool`, but for estimators that are made of given weights and tests that are for one mean.
    engine : {"numpy", "numba"}
        ``"numba"`` finds ML and REML estimates of models without moderators in machine code on all cores; results agree
        to rounding. It needs the extra ``fast``.

    Returns
    -------
    ManyFits

    Raises
    ------
    InputError
        Where shapes differ, a variance is not positive, a row has no more studies than coefficients, or columns of
        `x` that cannot be told apart; where the estimator needs weights; where numba is asked for and not installed.
    ConvergenceError
        Where τ² was not found.

    Examples
    --------
    >>> fits = pool_many([[0.1, 0.3, 0.35], [0.5, 0.5, 0.5]], [[0.03, 0.03, 0.05], [0.1, 0.2, 0.1]], test="z")
    >>> fits.estimate.round(3).tolist(), fits.tau2.round(3).tolist()
    ([0.235, 0.5], [0.0, 0.0])
    """
    choices = check_choices(tau2=tau2, test=test, level=level, prediction=None, measure=None, missing="raise")
    check_option("engine", engine, Engine)
    test = choices.test
    if choices.tau2_method in WEIGHTED:
        raise InputError(
            f"tau2={tau2!r} is made of weights, which pool_many() does not take; evidence.pool.pool() does, one fit at "
            "a time"
        )
    units = _column_units(x)
    effects, variances = _check_values(_floats("y", y), _floats("v", v))
    batch = make_batch(effects, variances, x if x is None else _floats("x", x) / units)
    _check_rank(batch)
    between = _tau2(batch, choices, engine)
    fit = project(batch.y, batch.v, batch.x, between / batch.unit)
    raw = residual_variance(batch, fit)
    scale = {"hksj": raw, "adhoc": np.maximum(1.0, raw)}.get(test, np.ones_like(raw))
    coef, se = (part / units for part in _coefficients(batch, fit, scale))
    usable = np.where(scale > 0, 1.0, np.nan)[:, None]
    statistic = np.divide(coef, se, out=np.full_like(coef, np.nan), where=se > 0)
    half = _critical_values(batch.df, test, choices.level)[:, None] * se * usable
    return ManyFits(
        tau2=between,
        q=_cochran_q(batch),
        df=batch.df,
        scale=scale,
        coef=coef,
        se=se,
        statistic=statistic,
        ci_low=coef - half,
        ci_high=coef + half,
        tau2_method=choices.tau2_method,
        test=test,
        level=choices.level,
    )


def _tau2(batch: Batch, choices: Choices, engine: str) -> Array:
    method = choices.tau2_method
    if method == FIXED:
        return np.full(len(batch.k), choices.tau2_given)
    if engine == "numba" and batch.x is None and method in ("ML", "REML"):
        try:
            from .compiled import mean_tau2
        except ImportError as error:
            raise InputError(
                "engine='numba' needs numba: pip install 'microneedling-evidence[fast]', or leave the engine at 'numpy'"
            ) from error
        return mean_tau2(batch, "REML" if method == "REML" else "ML")
    return estimate_tau2(batch, method).tau2


def _floats(name: str, values: ArrayLike) -> Array:
    """Return an array of floats; text and truth values are not read as numbers."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "fiu":
            return np.asarray(given, float)
        cells = np.array(values, dtype=object)
    except ValueError as error:
        raise InputError(f"the rows of {name} differ in length; an infinite variance leaves a study out") from error
    if not cells.ndim:
        raise InputError(f"{name} must be an array of numbers, one row per fit; it is {values!r}")
    for place, value in np.ndenumerate(cells):
        if not (is_finite(value) or (isinstance(value, (float, np.floating)) and not isinstance(value, bool))):
            shown = "too large a whole number" if type(value) is int else repr(value)
            raise InputError(f"{name}[{', '.join(map(str, place))}] must be a number; it is {shown}")
    return np.asarray(cells, float)


def _check_values(y: Array, v: Array) -> tuple[Array, Array]:
    """Return effects and variances, shape (B, k), whose squares stay within the range of floating-point numbers."""
    y, v = np.atleast_2d(y), np.atleast_2d(v)
    if y.shape != v.shape or y.ndim != 2 or not y.size:
        return y, v
    present = np.isfinite(v)
    rows = np.arange(len(y))
    with np.errstate(all="ignore"):
        least = v.min(axis=1)
        away = np.where(present, np.abs(y - y[rows, v.argmin(axis=1)][:, None]), 0.0)
        size = np.where(present, np.abs(y), 0.0)
        unit = np.sqrt(least)[:, None]
        furthest = away.max(axis=1)[:, None]
        faults = (
            ("v", v, ~(v > 0), "every variance must be positive"),
            ("y", y, present & ~np.isfinite(y), "every effect with a finite variance must be finite"),
            ("v", v, present & ((v < _VARIANCES[0]) | (v > _VARIANCES[1])), "too small or too large to compute with"),
            ("v", v, present & (v / _VARIANCE_RATIO > least[:, None]), "too large beside the smallest of its row"),
            ("y", y, size > _STANDARD_ERRORS_MOST * unit, "too large to square beside the smallest variance"),
            ("y", y, size > _EFFECT_MOST, "too large to square"),
            (
                "y",
                y,
                (away == furthest) & (away > 0) & (furthest < _STANDARD_ERRORS_LEAST * unit),
                "differs too little from the others of its row to square",
            ),
        )
    for name, values, wrong, message in faults:
        if wrong.any():
            row, column = map(int, np.argwhere(wrong)[0])
            raise InputError(f"{name}[{row}, {column}] = {values[row, column]:g}: {message}")
    return y, v


def _column_units(x: ArrayLike | None) -> Array:
    """Return a power of two for each column: dividing by it is exact and brings the columns to one size."""
    if x is None:
        return np.ones(1)
    design = np.abs(_floats("x", x))
    largest = design.max(axis=tuple(range(design.ndim - 1)), initial=0.0)
    usable = np.isfinite(largest) & (largest > 0)
    return np.asarray(np.exp2(np.round(np.log2(np.where(usable, largest, 1.0)))))


def _check_rank(batch: Batch) -> None:
    """Refuse rows in which a column of the design is 0, or follows from the others."""
    if batch.x is None:
        return
    present = np.isfinite(batch.v)
    alike = batch.x.ndim == 2 and bool(present.all())
    columns = np.linalg.qr(batch.x[None] if alike else np.where(present[..., None], batch.x, 0.0), mode="r")
    length = np.linalg.norm(columns, axis=-2, keepdims=True)
    sizes = np.linalg.svd(columns / np.where(length > 0, length, 1.0), compute_uv=False)
    wrong = np.flatnonzero(sizes[:, -1] <= _COLLINEAR * sizes[:, 0])
    if len(wrong):
        where = "" if alike else f" in {len(wrong)} of {len(present)} rows, the first of them {wrong[0]}"
        raise InputError(f"columns of x cannot be told apart{where}: one is 0 throughout, or follows from the others")


def _cochran_q(batch: Batch) -> Array:
    """Return Q at τ² = 0, shape (B,)."""
    if batch.x is not None:
        return np.reshape(q_and_slope(stack_batch(batch), np.zeros(()))[0], len(batch.k))
    w = 1.0 / batch.v
    mean = np.einsum("bk,bk->b", w, batch.y) / w.sum(axis=1)
    residual = batch.y - mean[:, None]
    w *= residual
    return np.asarray(np.einsum("bk,bk->b", w, residual))


def _critical_values(df: Array, test: str, level: float) -> Array:
    """Return two-sided critical values; t quantiles are slow, so each is computed once."""
    tail = (1 + level) / 2
    if test == "z":
        return np.full_like(df, ndtri(tail))
    known, place = np.unique(df, return_inverse=True)
    return np.asarray(stdtrit(known, tail), float)[place]


def _coefficients(batch: Batch, fit: Projection, scale: Array) -> tuple[Array, Array]:
    """Return coefficients and standard errors in the units of the data."""
    unit = np.sqrt(batch.unit)[:, None]
    coef = fit.coef * unit
    if batch.intercept >= 0:
        coef[:, batch.intercept] += batch.offset
    if fit.root is None:
        variance = 1 / fit.total[:, None]
    else:
        inverse = np.linalg.solve(fit.root, np.broadcast_to(np.eye(batch.p), fit.root.shape))
        variance = (inverse * inverse).sum(axis=-1)
    return coef, np.sqrt(scale[:, None] * variance) * unit
