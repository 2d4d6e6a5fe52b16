"""The model fitted to all subsets of the studies, or to a sample of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..pool.choices import FIXED
from ..vocabulary import NO_RANDOM_EFFECT, check_flag
from .checks import check_count, check_fit, check_seed
from .gosh_result import Gosh
from .progress import parts
from .refit import ModelData, deleted_batch, model_data, refit, spread
from .subset_sums import subset_counts, subset_means, subset_moments, subset_pairs, subset_totals
from .subsets import all_subsets, count_subsets, draw_subsets, unpack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["gosh"]

_EXACT_STUDIES = 20
_SAMPLE = 100_000
_MOST = 1 << 24
# numbers held at once by a batch of subsets
_ELEMENTS = 100_000
# subsets that take more than a moment
_LONG = 20_000
_COLLINEAR = 1e-11
_KNOWN_TAU2 = (*NO_RANDOM_EFFECT, FIXED)
_CLOSED = (*_KNOWN_TAU2, "DL", "HE", "HS")
_FROM_Q = (*NO_RANDOM_EFFECT, "DL")


def gosh(
    fit: PooledResult, *, subsets: int | None = None, seed: int | None = None, progress: bool | None = None
) -> Gosh:
    """Fit the model to every subset of the studies.

    Up to 20 studies all subsets are taken; beyond, 100,000 different ones drawn at random, each as likely as any
    other.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies, with or without moderators. With moderators subsets need more studies than
        there are coefficients.
    subsets : int, optional
        How many subsets to take; where there are no more than that, all are taken.
    seed : int, optional
        Seed of the sample; a fresh one by default, recorded in the result.
    progress : bool, optional
        Whether to show a progress bar on stderr; by default where it is a terminal and the work is long.

    Returns
    -------
    Gosh

    Raises
    ------
    InputError
        Where there is a single study, or `subsets` is no whole number between 2 and 2**24.
    ConvergenceError
        Where τ² of a subset was not found.

    References
    ----------
    Olkin I, Dahabreh IJ, Trikalinos TA (2012). GOSH: a graphical display of study heterogeneity. Research Synthesis
    Methods 3, 214–223. doi:10.1002/jrsm.1053.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = gosh(pool([0.1, 0.3, 0.2, 1.9], [0.02, 0.03, 0.02, 0.03], tau2="DL", labels=list("abcd")))
    >>> len(found.k), found.exact
    (15, True)
    >>> found.by_study()["shift"].idxmax()
    'd'
    """
    if progress is not None:
        check_flag("progress", progress)
    check_fit(fit, what="gosh()")
    data = model_data(fit)
    least = data.p + 1 if data.x is not None else 1
    possible = count_subsets(data.k, least=least)
    wanted = possible if data.k <= _EXACT_STUDIES else _SAMPLE
    if subsets is not None:
        wanted = check_count("subsets", subsets)
        if wanted > _MOST:
            raise InputError(f"subsets={wanted} is more than memory should hold; {_MOST} are the most")
    drawn = check_seed(seed) if possible > wanted else None
    if drawn is None:
        packed = all_subsets(data.k, least=least)
    else:
        packed = draw_subsets(data.k, wanted, least=least, seed=drawn)
    if drawn is None and data.x is None and data.weights is None and data.choices.tau2_method in _CLOSED:
        found = _by_doubling(data)
    else:
        found = _by_batches(data, packed, progress=progress)
    for values in (packed, *found.values()):
        values.setflags(write=False)
    return Gosh(
        labels=fit.labels,
        terms=fit.design.names,
        **found,
        packed=packed,
        exact=drawn is None,
        possible=possible,
        seed=drawn,
        tau2_method=fit.tau2_method,
        measure=fit.measure,
    )


def _by_doubling(data: ModelData) -> dict[str, Any]:
    """Fit a mean to all subsets, by an estimator of closed form."""
    method, k = data.choices.tau2_method, data.k
    unit = float(data.v.min())
    y, v = data.y / np.sqrt(unit), data.v / unit
    w = 1 / v
    totals = subset_totals(w)
    mean, q = subset_moments(y, w, totals)
    sizes = subset_counts(k)
    if method == FIXED:
        between = np.full(len(q), data.choices.tau2_given / unit)
        wider = 1 / (v + between[0])
        mean = subset_moments(y, wider, subset_totals(wider))[0]
    elif method in _KNOWN_TAU2:
        between = np.zeros(len(q))
    else:
        between = _closed_tau2(method, y, v, sizes=sizes, totals=totals, q=q)
        mean = subset_means(y, v, between)
    df = sizes.astype(float)
    df -= 1
    if method in _FROM_Q:
        i2, h2 = _shares_of_q(q, df)
    else:
        share = between * _trace(w, totals, sizes) / np.where(df > 0, df, 1.0)
        i2, h2 = 100 * share / (1 + share), 1 + share
    alone = sizes == 1
    for values in (i2, h2) if method in _KNOWN_TAU2 else (i2, h2, between):
        values[alone] = np.nan
    between *= unit
    mean *= np.sqrt(unit)
    mean += data.center
    columns = {"tau2": between, "q": q, "i2": i2, "h2": h2, "k": sizes}
    return {"coef": mean[1:, None], **{name: values[1:] for name, values in columns.items()}}


def _closed_tau2(method: str, y: Array, v: Array, *, sizes: NDArray[np.uint8], totals: Array, q: Array) -> Array:
    """Return τ² of every subset; 0 for those of fewer than two studies."""
    several = sizes > 1
    if method == "DL":
        between = q + 1
        between -= sizes
        between /= _trace(1 / v, totals, sizes)
    elif method == "HS":
        between = np.divide(q - sizes, totals, out=np.zeros_like(q), where=several)
    else:
        count = sizes.astype(float)
        plain = subset_moments(y, np.ones(len(y)), count)[1]
        between = np.divide(plain, count - 1, out=np.zeros_like(q), where=several)
        between -= np.divide(subset_totals(v), count, out=np.zeros_like(q), where=several)
    between[~several] = 0.0
    return np.maximum(between, 0.0, out=between)


def _trace(w: Array, totals: Array, sizes: NDArray[np.uint8]) -> Array:
    """Return tr P of every subset; 1 for those of fewer than two studies."""
    return np.divide(2 * subset_pairs(w, totals), totals, out=np.ones_like(totals), where=sizes > 1)


def _shares_of_q(q: Array, df: Array) -> tuple[Array, Array]:
    """Return I² in percent and H² from Q; where there are no degrees of freedom anything finite."""
    excess = q - df
    np.maximum(excess, 0.0, out=excess)
    excess *= 100
    i2 = np.divide(excess, q, out=np.zeros_like(q), where=q > 0)
    return i2, np.divide(q, df, out=np.ones_like(q), where=df > 0)


def _by_batches(data: ModelData, packed: NDArray[np.uint8], *, progress: bool | None) -> dict[str, Any]:
    """Fit the model to the subsets given, some at a time."""
    n = len(packed)
    sizes = np.zeros(n, dtype=np.intp)
    found = {name: np.full(n, np.nan) for name in ("tau2", "q", "i2", "h2")}
    coef = np.full((n, data.p), np.nan)
    at_once = max(1, _ELEMENTS // data.k)
    plain = data.x is None and data.weights is None
    from_q = data.choices.tau2_method in (_FROM_Q if plain else NO_RANDOM_EFFECT)
    for part in parts(n, at_once, name="Fitting subsets", progress=progress, long=n > _LONG):
        member = unpack(packed[part], data.k)
        sizes[part] = member.sum(axis=1)
        rows = part.start + np.flatnonzero(_estimable(data, member))
        batch = deleted_batch(data, ~member[rows - part.start])
        fits, (q, typical) = refit(batch, data.choices, data.weights), spread(batch)
        coef[rows], found["tau2"][rows], found["q"][rows] = data.original(fits.coef), fits.tau2, q
        if from_q:
            found["i2"][rows], found["h2"][rows] = _shares_of_q(q, fits.df)
        else:
            found["i2"][rows] = 100 * fits.tau2 / (fits.tau2 + typical)
            found["h2"][rows] = 1 + fits.tau2 / typical
    if data.x is None:
        _add_single_studies(data, packed, sizes == 1, coef, found)
    return {"coef": coef, **found, "k": sizes}


def _estimable(data: ModelData, member: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which subsets determine the model."""
    enough: NDArray[np.bool_] = member.sum(axis=1) > data.p
    if data.x is None or data.p == 1:
        return enough if data.x is None else enough & (member @ np.abs(data.x[:, 0]) > 0)
    rows = np.where(member[:, :, None], data.x, 0.0)
    length = np.sqrt((rows * rows).sum(axis=1))
    rows /= np.where(length > 0, length, 1.0)[:, None, :]
    return enough & (np.linalg.svd(rows, compute_uv=False)[:, -1] > _COLLINEAR)


def _add_single_studies(
    data: ModelData, packed: NDArray[np.uint8], alone: NDArray[np.bool_], coef: Array, found: dict[str, Array]
) -> None:
    """Enter the subsets of one study: its own effect, and what is known without a second."""
    study = unpack(packed[alone], data.k).argmax(axis=1)
    coef[alone, 0] = data.y[study] + data.center
    found["q"][alone] = 0.0
    if data.choices.tau2_method in _KNOWN_TAU2:
        found["tau2"][alone] = data.choices.tau2_given if data.choices.tau2_method == FIXED else 0.0
