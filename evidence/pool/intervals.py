r"""Confidence intervals of τ².

========= =========================================================================================================
``QP``    Q-profile: :math:`Q(τ²)` with inverse-variance weights equals the chi-squared quantiles (Viechtbauer 2007,
          doi:10.1002/sim.2514)
``GENQ``  generalised Q with given weights: the exact distribution of :math:`Q_A` (Jackson 2013,
          doi:10.1002/jrsm.1081)
``BJ``    the same with weights 1/v (Biggerstaff and Jackson 2008, doi:10.1002/sim.3428)
``J``     the same with weights 1/√v (Jackson 2013)
``PL``    profile likelihood, for ML and REML (Hardy and Thompson 1996,
          doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A)
``Wald``  τ² ± z·SE, not below 0; too short unless studies are very many
``HT``    from the normal distribution of log H, H² = Q/df (Higgins and Thompson 2002, doi:10.1002/sim.1186)
========= =========================================================================================================

``QP``, ``GENQ``, ``BJ`` and ``J`` have their nominal coverage under the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtri, ndtri

from ..errors import InputError
from ..vocabulary import Tau2IntervalMethod, check_option
from .core import Array, Batch, project
from .likelihood import profile_log_likelihood
from .moments import solve_probability
from .quadratic import q_distribution
from .tau2 import solve_q

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Tau2Interval",
    "generalised_q_interval",
    "higgins_thompson_h2",
    "likelihood_interval",
    "q_profile",
    "tau2_interval",
]

_POINTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Interval:
    """Limits of τ².

    Attributes
    ----------
    low, high : float
        The limits, in the units of the data.
    empty : bool
        Whether no τ² ≥ 0 agrees with the data at this level: the effects are more alike than sampling allows. The
        interval is then given as 0 to 0.
    """

    low: float
    high: float
    empty: bool = False


def tau2_interval(
    batch: Batch,
    method: str,
    *,
    level: float,
    tau2: float,
    tau2_se: float,
    kind: str,
    weights: Array | None,
    typical: float,
) -> Tau2Interval:
    """Return the interval of τ² of a single meta-analysis.

    Parameters
    ----------
    batch : Batch
        One meta-analysis.
    method : {"QP", "GENQ", "BJ", "J", "PL", "Wald", "HT"}
        The method.
    level : float
        Confidence level.
    tau2, tau2_se : float
        The estimate and its standard error, in the units of the data.
    kind : str
        The estimator of τ².
    weights : array, shape (1, k), or None
        Given weights.
    typical : float
        The typical sampling variance, in the units of the data.

    Raises
    ------
    OptionError
        Where there is no such method.
    InputError
        Where the method does not go with the estimator, or needs weights.
    """
    check_option("tau2_ci_method", method, Tau2IntervalMethod)
    if method == "PL":
        return _by_likelihood(batch, tau2, kind, level=level)
    if method == "Wald":
        half = float(ndtri((1 + level) / 2)) * tau2_se
        # where there is no standard error, there is neither limit
        return Tau2Interval(low=math.nan if math.isnan(half) else max(0.0, tau2 - half), high=tau2 + half)
    if method == "HT":
        df = float(batch.df[0])
        q = float(project(batch.y, batch.v, batch.x, np.zeros(1)).q[0])
        low, high = higgins_thompson_h2(q, df, level=level)
        return Tau2Interval(low=typical * (low - 1), high=typical * (high - 1))
    if method == "QP":
        lower, upper = q_profile(batch, level=level)
        q = float(project(batch.y, batch.v, batch.x, np.zeros(1)).q[0])
        empty = q < float(chdtri(batch.df[0], (1 + level) / 2))
        return Tau2Interval(low=float(lower[0]), high=float(upper[0]), empty=bool(empty))
    a = {"BJ": 1 / batch.v, "J": 1 / np.sqrt(batch.v)}.get(method, weights)
    if a is None:
        raise InputError("the interval 'GENQ' is made of given weights; give weights=, or use 'BJ', 'J' or 'QP'")
    lower, upper = generalised_q_interval(batch, a, level=level)
    empty = upper[0] == 0 and bool(_probability_at_zero(batch, a)[0] < (1 - level) / 2)
    return Tau2Interval(low=float(lower[0]), high=float(upper[0]), empty=empty)


def q_profile(batch: Batch, *, level: float) -> tuple[Array, Array]:
    """Return the Q-profile limits of τ² for each row.

    The limits solve :math:`Q(τ²) = χ²_{k-p}` at its upper and lower :math:`(1 - level)/2` points, or are 0
    (Viechtbauer 2007, doi:10.1002/sim.2514). Where even the upper limit is 0 the interval may be empty: then
    Q at 0 is below the lower point.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    level : float
        Confidence level, such as 0.95.

    Returns
    -------
    low, high : array, shape (B,)

    Examples
    --------
    >>> from evidence.pool.core import make_batch
    >>> low, high = q_profile(make_batch([0.1, 0.4, 0.9], [0.04, 0.09, 0.05]), level=0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0, 6.4049)
    """
    tail = (1 - level) / 2
    low = solve_q(batch, np.asarray(chdtri(batch.df, tail), float)).tau2
    high = solve_q(batch, np.asarray(chdtri(batch.df, 1 - tail), float)).tau2
    return low, high


def generalised_q_interval(batch: Batch, a: Array, *, level: float) -> tuple[Array, Array]:
    """Return the limits of τ² at which the observed generalised Q is at its upper and lower (1 − level)/2 points.

    Parameters
    ----------
    batch : Batch
        B meta-analyses.
    a : array, shape (B, k)
        Weights, 0 where the study is absent.
    level : float
        Confidence level.

    Returns
    -------
    low, high : array, shape (B,)

    Examples
    --------
    >>> from evidence.pool.core import make_batch
    >>> batch = make_batch([0.1, 0.4, 0.9], [0.04, 0.09, 0.05])
    >>> low, high = generalised_q_interval(batch, 1 / np.sqrt(batch.v), level=0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0, 7.15)
    """
    tail = np.full(len(batch.k), (1 - level) / 2)
    low, high = solve_probability(batch, a, 1 - tail).root, solve_probability(batch, a, tail).root
    return low * batch.unit, high * batch.unit


def likelihood_interval(batch: Batch, tau2: float, kind: Literal["ML", "REML"], *, level: float) -> tuple[float, float]:
    """Return the lowest and highest τ² whose log-likelihood is within half a chi-squared quantile of the maximum.

    Parameters
    ----------
    batch : Batch
        One meta-analysis.
    tau2 : float
        The estimate, in the units of the data.
    kind : {"ML", "REML"}
        The likelihood.
    level : float
        Confidence level.
    """
    scale = float(batch.unit[0])
    best = tau2 / scale
    drop = 0.5 * float(chdtri(1, 1 - level))
    y, v, x = batch.y[0], batch.v[0], None if batch.x is None else batch.x if batch.x.ndim == 2 else batch.x[0]
    highest = float(profile_log_likelihood(y, v, x, np.array(best), kind=kind))

    def inside(t: Array) -> Array:
        return profile_log_likelihood(y, v, x, np.asarray(t), kind=kind) - highest + drop

    # beyond this the likelihood falls: y'PPy is at most RSS/(τ² + v_min)², tr P at least df/(τ² + v_max)
    smallest, most = float(v.min()), float(v.max())
    far = float(project(y, np.ones_like(v), x, np.zeros(())).q) + most
    while inside(np.array(far)) > 0:
        far *= 4
    above = best + smallest * np.expm1(np.linspace(0.0, math.log1p((far - best) / smallest), _POINTS))
    high = _crossing(lambda t: float(inside(np.array(t))), above, inside(above), last=True)
    low = 0.0
    if best > 0 and inside(np.zeros(())) < 0:
        below = smallest * np.expm1(np.linspace(0.0, math.log1p(best / smallest), _POINTS))
        below[-1] = best
        low = _crossing(lambda t: float(inside(np.array(t))), below, inside(below), last=False)
    return low * scale, high * scale


def higgins_thompson_h2(q: float, df: float, *, level: float) -> tuple[float, float]:
    """Return the limits of H² = Q/df from the normal distribution of log H, not below 1.

    NaN where there are too few studies.

    Examples
    --------
    >>> low, high = higgins_thompson_h2(9.946, 6, level=0.95)
    >>> low, round(high, 4)
    (1.0, 3.9422)
    """
    k = df + 1
    if q > k:
        se = 0.5 * (math.log(q) - math.log(df)) / (math.sqrt(2 * q) - math.sqrt(2 * df - 1))
    elif k > 2:
        se = math.sqrt((1 - 1 / (3 * (k - 2) ** 2)) / (2 * (k - 2)))
    else:
        return math.nan, math.nan
    half = float(ndtri((1 + level) / 2)) * se
    log_h = 0.5 * math.log(max(1.0, q / df))
    return math.exp(2 * max(0.0, log_h - half)), math.exp(2 * (log_h + half))


def _by_likelihood(batch: Batch, tau2: float, kind: str, *, level: float) -> Tau2Interval:
    if kind == "ML" or kind == "REML":
        low, high = likelihood_interval(batch, tau2, "ML" if kind == "ML" else "REML", level=level)
        return Tau2Interval(low=low, high=high)
    raise InputError(f"the profile-likelihood interval goes with tau2='ML' or 'REML'; τ² is {kind!r}")


def _crossing(function: Callable[[float], float], grid: Array, values: Array, *, last: bool) -> float:
    """Return where the function crosses 0 on a grid: the last time downwards, or the first time upwards."""
    from scipy.optimize import brentq

    cells = np.flatnonzero((values[:-1] >= 0) & (values[1:] < 0) if last else (values[:-1] < 0) & (values[1:] >= 0))
    cell = cells[-1] if last else cells[0]
    tiny = 4 * np.finfo(float).eps
    return float(brentq(function, grid[cell], grid[cell + 1], xtol=tiny, rtol=tiny, maxiter=500))


def _probability_at_zero(batch: Batch, a: Array) -> Array:
    observed = project(
        batch.y, np.divide(1.0, a, out=np.full_like(a, np.inf), where=a > 0), batch.x, np.zeros(len(a))
    ).q
    return q_distribution(observed, a, batch.v, batch.x)
