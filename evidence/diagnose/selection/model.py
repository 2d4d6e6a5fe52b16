"""From a fit and choices to a likelihood in parameters that are easy to climb in.

Effects are mirrored where small ones are favoured, and divided by a typical standard error; the coefficients are those
of an orthonormal design, so that each has a standard error of about 1. Weights of steps are climbed in as logarithms,
in which the likelihood of the steps is concave for given effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from .likelihood import SelectionLikelihood
from .partition import Partition, log_probabilities, smooth_partition, step_partition
from .weights import Curved, Linear, slopes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...pool import PooledResult
    from ...pool.core import Array
    from .choices import SelectionChoices
    from .weights import Terms

__all__ = [
    "ZERO",
    "Scaling",
    "SelectionData",
    "Working",
    "build_likelihood",
    "interval_of",
    "mirrored",
    "scale_data",
    "working_of",
]

_CURVED = frozenset({"logistic", "negexppow"})
_LEAST_LOG_P = -708.0
# the logarithm of a parameter is not followed farther down: it is 0 then
ZERO = 1e-12
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionData:
    """The studies, mirrored so that large effects are favoured.

    Attributes
    ----------
    y, v : array, shape (k,)
        Effects and variances, in the units of the data.
    x : array, shape (k, p)
        Design.
    prec : array, shape (k,)
        Measure of imprecision; 1 where there is none.
    selected : array of bool, shape (k,)
        The studies to which selection applies.
    sign : int
        −1 where effects were mirrored.
    """

    y: Array
    v: Array
    x: Array
    prec: Array
    selected: NDArray[np.bool_]
    sign: int

    @property
    def statistics(self) -> Array:
        """Test statistics, shape (k,)."""
        return np.asarray(self.y / np.sqrt(self.v))

    def p_values(self, *, two_sided: bool) -> Array:
        """Return the p-values of the studies, shape (k,)."""
        z = self.statistics
        return np.asarray(2 * ndtr(-np.abs(z)) if two_sided else ndtr(-z))

    def log_p(self, *, two_sided: bool, least: float) -> tuple[Array, Array]:
        """Return the logarithms of p and 1 − p of the studies, kept `least` away from 0 and 1."""
        log_p, log_rest = log_probabilities(self.statistics, two_sided=two_sided)
        if least > 0:
            ends = math.log(least), math.log1p(-least)
            log_p, log_rest = np.clip(log_p, *ends), np.clip(log_rest, *ends)
        return log_p, log_rest


def mirrored(fit: PooledResult, sign: int, prec: Array, selected: NDArray[np.bool_]) -> SelectionData:
    """Return the studies of a fit, their effects times `sign`."""
    return SelectionData(
        y=sign * fit.yi, v=np.asarray(fit.vi), x=fit.design.matrix, prec=prec, selected=selected, sign=sign
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scaling:
    """How the parameters of the climb become those of the data.

    Attributes
    ----------
    unit : float
        A typical standard error, a power of 2.
    rotation : array, shape (p, p)
        Coefficients are `rotation` times those of the climb times `unit`.
    sign : int
        −1 where effects were mirrored.
    k : int
        Number of studies.
    """

    unit: float
    rotation: Array
    sign: int
    k: int

    @property
    def jacobian(self) -> Array:
        """Derivatives of the coefficients, shape (p, p)."""
        return np.asarray(self.sign * self.unit * self.rotation)

    @property
    def shift(self) -> float:
        """What to add to the log-likelihood."""
        return -self.k * math.log(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Working:
    """How the free selection parameters are climbed in.

    Attributes
    ----------
    free : array of bool, shape (parameters,)
        Which are estimated.
    logs : array of bool, shape (m,)
        Which of these are climbed in as logarithms.
    sums : array, shape (m, m)
        Logarithms are this matrix times the working parameters: the identity, or sums of steps down.
    low, high : array, shape (m,)
        Bounds of the working parameters.
    """

    free: NDArray[np.bool_]
    logs: NDArray[np.bool_]
    sums: Array
    low: Array
    high: Array

    def natural(self, theta: Array) -> Array:
        """Return δ, shape (..., m), from working parameters."""
        eta = theta @ self.sums.T
        delta = np.where(self.logs, np.exp(np.where(self.logs, eta, 0.0)), eta)
        return np.where(self.logs & (delta <= ZERO * (1 + _ROUNDING)), 0.0, delta)

    def climbing(self, delta: Array) -> Array:
        """Return working parameters from δ, shape (..., m)."""
        with np.errstate(divide="ignore"):
            eta = np.where(self.logs, np.log(np.where(self.logs, delta, 1.0)), delta)
        return np.asarray(np.linalg.solve(self.sums, eta[..., None])[..., 0]) if len(self.logs) else eta


def working_of(choices: SelectionChoices) -> Working:
    """Return the working parameters of a model; a cutpoint is not among them.

    Examples
    --------
    >>> from .choices import check_selection
    >>> none = dict.fromkeys(("prec", "delta", "delta_min", "delta_max", "pval_min", "steps"))
    >>> asked = check_selection("4PSM", alternative="greater", scale_prec=True, decreasing=False, **none)
    >>> working_of(asked).natural(np.array([0.0, -1.0])).round(3).tolist()
    [1.0, 0.368]
    """
    count = 1 if choices.kind == "truncest" else len(choices.delta)
    free = np.array(choices.free[:count], dtype=bool)
    logs = np.full(count, choices.kind in ("stepfun", "trunc", "truncest", "negexppow"))[free]
    m = int(free.sum())
    sums = np.tril(np.ones((m, m))) if choices.decreasing else np.eye(m)
    low, high = np.array(choices.low[:count])[free], np.array(choices.high[:count])[free]
    if choices.kind == "negexppow":
        low = np.maximum(low, ZERO)
    with np.errstate(divide="ignore"):
        low, high = np.where(logs, np.log(np.where(logs, low, 1.0)), low), np.where(logs, np.log(high), high)
    return Working(free=free, logs=logs, sums=sums, low=low, high=high)


def scale_data(data: SelectionData, tau2: float) -> tuple[SelectionData, Scaling]:
    """Return the data in units of a typical standard error, with an orthonormal design.

    Parameters
    ----------
    data : SelectionData
        In the units of the data.
    tau2 : float
        A between-study variance, for the weights of the design.
    """
    unit = float(np.exp2(np.round(np.log2(np.sqrt(np.median(data.v))))))
    v = data.v / unit**2
    root = np.linalg.qr(data.x / np.sqrt(v + tau2 / unit**2)[:, None], mode="r")
    rotation = np.linalg.solve(root, np.eye(len(root)))
    scaled = SelectionData(
        y=data.y / unit, v=v, x=data.x @ rotation, prec=data.prec, selected=data.selected, sign=data.sign
    )
    return scaled, Scaling(unit=unit, rotation=rotation, sign=data.sign, k=len(v))


def interval_of(p: Array, steps: tuple[float, ...]) -> NDArray[np.intp]:
    """Return the interval of each p-value: the first whose upper end it does not exceed.

    Examples
    --------
    >>> interval_of(np.array([0.01, 0.025, 0.03]), (0.025, 1.0)).tolist()
    [0, 0, 1]
    """
    return np.searchsorted(np.asarray(steps[:-1]), p, side="left")


def build_likelihood(
    data: SelectionData,
    choices: SelectionChoices,
    working: Working,
    cut: float = math.nan,
    below: NDArray[np.bool_] | None = None,
) -> SelectionLikelihood:
    """Return the likelihood of scaled data.

    Parameters
    ----------
    data : SelectionData
        From `scale_data`.
    choices : SelectionChoices
        The weight function.
    working : Working
        Its working parameters.
    cut : float
        The cutpoint of a truncation, in the unit of the scaled data.
    below : array of bool, shape (k,), optional
        The effects on its far side; by default those not above it.
    """
    if choices.kind == "stepfun":
        partition, cells, observed = _steps(data, choices, working)
    elif choices.kind in ("trunc", "truncest"):
        partition, cells, observed = _truncation(data, choices, working, cut, below)
    else:
        partition, cells, observed = _smooth(data, choices, working)
    return SelectionLikelihood(
        y=data.y,
        v=data.v,
        z=data.x,
        partition=partition,
        cells=cells,
        observed=observed,
        selected=data.selected,
        parameters=int(working.free.sum()),
    )


def _steps(data: SelectionData, choices: SelectionChoices, working: Working) -> tuple[Partition, Terms, Terms]:
    partition, group = step_partition(choices.steps, two_sided=choices.two_sided)
    own = interval_of(data.p_values(two_sided=choices.two_sided), choices.steps)
    given = np.asarray(choices.delta)
    return partition, _indicators(group[None], given, working), _indicators(own[:, None], given, working)


def _truncation(
    data: SelectionData, choices: SelectionChoices, working: Working, cut: float, below: NDArray[np.bool_] | None
) -> tuple[Partition, Terms, Terms]:
    at = (cut / np.sqrt(data.v))[:, None]
    far = np.full_like(at, math.inf)
    nothing = np.empty(0)
    partition = Partition(
        low=np.hstack([at, -far]), high=np.hstack([far, at]), inside=nothing, nodes=nothing, log_weights=nothing
    )
    given = np.array([1.0, choices.delta[0]])
    own = (data.y <= cut if below is None else below).astype(np.intp)
    return partition, _indicators(np.array([[0, 1]]), given, working), _indicators(own[:, None], given, working)


def _indicators(group: NDArray[np.intp], given: Array, working: Working) -> Linear:
    """Return the log-weight of points, shape (1 or k, P), that belong to groups of one weight each."""
    free = np.isnan(given)
    with np.errstate(divide="ignore"):
        fixed = np.where(free, 0.0, np.log(np.where(free, 1.0, given)))
    member = (group[..., None] == np.flatnonzero(free)).astype(float)
    return Linear(offset=fixed[group], basis=member @ working.sums)


def _smooth(data: SelectionData, choices: SelectionChoices, working: Working) -> tuple[Partition, Terms, Terms]:
    kind, two_sided, least = choices.kind, choices.two_sided, choices.pval_min
    alpha = choices.steps[0] if choices.steps else 0.0
    partition = smooth_partition(
        two_sided=two_sided,
        alpha=alpha,
        least=least,
        log_p=kind in ("beta", "negexppow"),
        log_rest=kind in ("beta", "power"),
    )
    points = log_probabilities(np.concatenate([partition.inside, partition.nodes])[None], two_sided=two_sided)
    studies = [part[:, None] for part in data.log_p(two_sided=two_sided, least=least)]
    prec = data.prec[:, None] if choices.prec is not None else np.ones((1, 1))
    cells, observed = (
        _smooth_terms(choices, working, log_p, log_rest, prec, alpha) for log_p, log_rest in (points, studies)
    )
    return partition, cells, observed


def _smooth_terms(
    choices: SelectionChoices, working: Working, log_p: Array, log_rest: Array, prec: Array, alpha: float
) -> Terms:
    """Return the log-weight of points: 0 for p up to the threshold, and relative to the weight there beyond."""
    log_alpha = math.log(alpha) if alpha > 0 else -math.inf
    log_p = np.maximum(log_p, max(log_alpha, _LEAST_LOG_P))
    if choices.kind in _CURVED:
        fixed = np.array(choices.delta)
        if choices.kind == "negexppow":
            with np.errstate(divide="ignore"):
                fixed = np.log(fixed)
        return Curved(kind=choices.kind, log_p=log_p, log_alpha=log_alpha, prec=prec, fixed=fixed)
    slope = slopes(choices.kind, log_p, np.minimum(log_rest, math.log1p(-alpha)))
    if alpha > 0:
        slope = slope - slopes(choices.kind, np.array(log_alpha), np.array(math.log1p(-alpha)))
    slope = prec[..., None] * slope
    given, free = np.asarray(choices.delta), working.free
    powers = np.where(free, 0.0, given) - (1.0 if choices.kind == "beta" else 0.0)
    return Linear(offset=slope @ powers, basis=slope[..., free])
