r"""Estimators of τ² by the method of moments, on many meta-analyses at once.

Each equates a generalised Q statistic :math:`Q_A = y'P_A y`, with :math:`A = \mathrm{diag}(a)` and
:math:`P_A = A - A X (X'AX)^{-1} X'A`, to its expectation :math:`\mathrm{tr} P_A V + τ² \mathrm{tr} P_A`:

============= ==================================== =========================================================
``HE``        a = 1                                Hedges and Olkin 1985, doi:10.1016/C2009-0-03396-0
``GENQ``      a given                              DerSimonian and Kacker 2007, doi:10.1016/j.cct.2006.04.004
``HS, HSk``   a = 1/v, divided by Σa               Hunter and Schmidt 1990; with the factor k/(k − p) on Q
``SJ``        a = 1/(v + τ0²), times τ0²/(k − p)   Sidik and Jonkman 2005, doi:10.1111/j.1467-9876.2005.00489.x
============= ==================================== =========================================================

For ``SJ`` the start τ0² is the variance of the effects with divisor k. ``GENQM`` is the τ² at which the observed
:math:`Q_A` is the median of its exact distribution (Viechtbauer W, Median-unbiased estimators for the amount of
heterogeneity in meta-analysis, European Congress of Methodology, Valencia 2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .core import Array, Batch, Projection, project, trace_p
from .hat import off_diagonal, one_less_leverage
from .quadratic import q_distribution
from .roots import bracketed_newton

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .roots import Roots

__all__ = [
    "check_weights",
    "generalised_q",
    "hedges",
    "hunter_schmidt",
    "moment_standard_error",
    "sidik_jonkman",
    "solve_probability",
]


def check_weights(batch: Batch, weights: ArrayLike | None) -> Array:
    """Return weights of the batch's shape, 0 where a study is absent and the largest of a row 1.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    weights : array-like, shape (k,) or (B, k)
        Positive weights; those of absent studies do not count.

    Raises
    ------
    InputError
        Where there are none, their shape does not fit, or one is not a positive number.
    """
    if weights is None:
        raise InputError("tau2='GENQ' and 'GENQM' are made of weights; give weights=, such as 1/vi")
    given = np.asarray(weights, float)
    if given.ndim not in (1, 2) or given.shape[-1] != batch.v.shape[1] or given.shape[:-1] not in ((), (len(batch.k),)):
        raise InputError(f"weights of shape {given.shape} do not fit effects of shape {batch.v.shape}")
    present = np.isfinite(batch.v)
    used = np.where(present, given, 0.0)
    if not (np.isfinite(used).all() and (used[present] > 0).all()):
        raise InputError("every weight must be a positive number")
    return np.asarray(used / used.max(axis=1, keepdims=True))


def hedges(batch: Batch) -> Array:
    """Return the estimates ``HE``, in the batch's units, not below 0."""
    return generalised_q(batch, np.isfinite(batch.v).astype(float))


def generalised_q(batch: Batch, a: Array) -> Array:
    """Return the estimates ``GENQ``, in the batch's units, not below 0.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    a : array, shape (B, k)
        Weights, 0 where the study is absent.

    Examples
    --------
    With weights 1/v it is the estimate of DerSimonian and Laird:

    >>> from evidence.pool.core import make_batch
    >>> batch = make_batch([[0.1, 0.4, 0.9]], [[0.04, 0.09, 0.05]])
    >>> (generalised_q(batch, 1 / batch.v) * batch.unit).round(6).tolist()
    [0.144167]
    """
    fit = _project(batch, a)
    expected = _products(_own(fit), _finite(batch.v)).sum(axis=1)
    return np.asarray(np.maximum(0.0, (fit.q - expected) / trace_p(fit)))


def hunter_schmidt(batch: Batch, *, corrected: bool) -> Array:
    """Return the estimates ``HS``, or ``HSk`` where corrected for k, in the batch's units, not below 0."""
    fit = project(batch.y, batch.v, batch.x, np.zeros(len(batch.k)))
    factor = batch.k / batch.df if corrected else 1.0
    return np.asarray(np.maximum(0.0, (factor * fit.q - batch.k) / fit.total))


def sidik_jonkman(batch: Batch) -> Array:
    """Return the estimates ``SJ``, in the batch's units; positive unless all effects are the same."""
    start = _crude_variance(batch)
    fit = project(batch.y, batch.v, batch.x, start)
    return np.asarray(start * fit.q / batch.df)


def moment_standard_error(batch: Batch, tau2: Array, method: str, weights: Array | None) -> Array:
    r"""Return the standard error of a moment estimate, in the batch's units.

    It is that of :math:`Q_A`, :math:`\sqrt{2\,\mathrm{tr}(P_A M P_A M)}` with :math:`M = V + τ²I`, over what the
    estimator divides it by (Viechtbauer 2007, doi:10.1002/sim.2514). NaN for ``SJ`` where all effects are the same.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    tau2 : array, shape (B,)
        Estimates, in the batch's units.
    method : {"DL", "HE", "HS", "HSk", "SJ", "GENQ", "GENQM"}
        The estimator.
    weights : array, shape (B, k), or None
        Those of ``GENQ`` and ``GENQM``.
    """
    divisor = batch.df
    if method == "SJ":
        start = _crude_variance(batch)
        a = 1 / (batch.v + start[:, None])
        divisor = np.divide(batch.df, start, out=np.full_like(start, np.nan), where=start > 0)
    elif method == "HE":
        a = np.isfinite(batch.v).astype(float)
    else:
        a = 1 / batch.v if weights is None else weights
    fit = _project(batch, a)
    if method in ("DL", "GENQ", "GENQM"):
        divisor = trace_p(fit)
    elif method in ("HS", "HSk"):
        divisor = fit.total * (batch.df / batch.k if method == "HSk" else 1.0)
    m = _finite(batch.v + tau2[:, None])
    basis = fit.basis if fit.basis is not None else np.sqrt(fit.w / fit.total[:, None])[..., None]
    double = np.square(_products(_own(fit), m)).sum(axis=1) + off_diagonal(_products(fit.w, m), basis)
    return np.asarray(np.sqrt(2 * double) / divisor)


def solve_probability(batch: Batch, a: Array, target: Array) -> Roots:
    r"""Find the τ² at which :math:`Q_A` is not above what was observed with probability `target`.

    The probability falls as τ² rises. Where it is below the target already at τ² = 0, the solution is 0.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    a : array, shape (B, k)
        Weights, 0 where the study is absent.
    target : array, shape (B,)
        0.5 for the median-unbiased estimate, :math:`(1 \pm level)/2` for the limits of an interval.

    Returns
    -------
    Roots
        In the batch's units.

    Raises
    ------
    ConvergenceError
        Where an equation was not solved; there is no known case.
    """
    observed = _project(batch, a).q

    def excess(some: NDArray[np.intp], t: Array) -> Array:
        x = batch.x[some] if batch.x is not None and batch.x.ndim == 3 else batch.x
        return np.asarray(q_distribution(observed[some], a[some], batch.v[some] + t[:, None], x) - target[some])

    every = np.arange(len(target))
    inside = excess(every, np.zeros(len(target))) > 0
    low, smallest = np.zeros(len(target)), batch.v.min(axis=1)
    high = np.where(inside, smallest, 0.0)
    open_rows = np.flatnonzero(inside)
    while len(open_rows):
        above = excess(open_rows, high[open_rows]) > 0
        open_rows = open_rows[above]
        low[open_rows] = high[open_rows]
        high[open_rows] *= 8
    rows = np.flatnonzero(inside)

    def function(some: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
        value = excess(rows[some], t)
        step = 1e-4 * (t + smallest[rows[some]])
        return value, (excess(rows[some], t + step) - value) / step

    found = bracketed_newton(
        function, low[rows], high[rows], start=0.5 * (low[rows] + high[rows]), floor=smallest[rows]
    )
    for whole, part in ((low, found.low), (high, found.high)):
        whole[rows] = part
    root, iterations = np.zeros(len(target)), np.zeros(len(target), dtype=np.intp)
    root[rows], iterations[rows] = found.root, found.iterations
    return type(found)(root=root, low=low, high=high, iterations=iterations)


def _project(batch: Batch, a: Array) -> Projection:
    """Fit by weighted least squares with the weights `a`."""
    variance = np.divide(1.0, a, out=np.full_like(a, np.inf), where=a > 0)
    return project(batch.y, variance, batch.x, np.zeros(len(a)))


def _own(fit: Projection) -> Array:
    """Return the diagonal of P."""
    if fit.basis is not None:
        return np.asarray(fit.w * one_less_leverage(fit.basis))
    basis = np.sqrt(fit.w / fit.total[..., None])[..., None]
    return np.asarray(fit.w * one_less_leverage(basis))


def _crude_variance(batch: Batch) -> Array:
    """Return the variance of the effects with divisor k, absent studies left out."""
    present = np.isfinite(batch.v)
    mean = np.where(present, batch.y, 0.0).sum(axis=1) / batch.k
    return np.asarray(np.where(present, np.square(batch.y - mean[:, None]), 0.0).sum(axis=1) / batch.k)


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, 0.0)


def _products(one: Array, other: Array) -> Array:
    return np.asarray(one * other)
