r"""The interval of Henmi and Copas: an estimate that publication bias moves less, with a random-effects interval.

The estimate is the inverse-variance mean of the equal-effects model, which gives small studies little weight; its
variance and its distribution are those of the random-effects model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..card import Card, Carded, show_number
from ..errors import ConvergenceError, InputError
from .checks import check_fit
from .choices import check_level
from .core import make_batch, project, trace_p, trace_pp
from .tau2 import estimate_tau2

if TYPE_CHECKING:
    from collections.abc import Callable

    from .core import Array, Batch
    from .result import PooledResult

__all__ = ["HenmiCopasResult", "henmi_copas"]

_NODES = 64
# the normal density beyond is below 1e-17
_FARTHEST = 8.5


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HenmiCopasResult(Carded):
    """The estimate and interval of Henmi and Copas.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : float
        The inverse-variance mean, its standard error under the random-effects model, and the limits.
    critical_value : float
        What multiplies the standard error.
    tau2 : float
        DerSimonian and Laird's estimate of τ².
    level : float
        Confidence level.
    k : int
        Studies.
    measure : str
        The effect measure; empty if not said.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    critical_value: float
    tau2: float
    level: float
    k: int
    measure: str
    cautions: tuple[str, ...]

    @property
    def ci(self) -> tuple[float, float]:
        """The confidence interval."""
        return self.ci_low, self.ci_high

    def _card(self) -> Card:
        facts = (
            ("k", str(self.k)),
            (self.measure or "Estimate", show_number(self.estimate)),
            (f"{100 * self.level:g}% CI", f"{show_number(self.ci_low)} to {show_number(self.ci_high)}"),
            ("SE", show_number(self.se)),
            ("Critical value", show_number(self.critical_value)),
            ("τ² (DL)", show_number(self.tau2)),
        )
        notes = ("Equal-effects estimate with the interval of the random-effects model (Henmi and Copas 2010).",)
        return Card(title="Henmi–Copas interval", facts=facts, notes=notes, cautions=self.cautions)


def henmi_copas(fit: PooledResult, *, level: float | None = None) -> HenmiCopasResult:
    r"""Return the inverse-variance mean with the interval of Henmi and Copas.

    With :math:`w = 1/v` and τ² of DerSimonian and Laird, the estimate is :math:`b = \sum w y/\sum w` with variance
    :math:`(1 + τ² \sum w^2/\sum w)/\sum w`. The critical value is that of the studentised estimate, whose
    distribution takes Q given b as a gamma variable with its exact conditional mean and variance. metafor's ``hc()``.

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators; only its effects and variances are used.
    level : float, optional
        Confidence level; that of the fit by default.

    Raises
    ------
    InputError
        With moderators, or fewer than two studies.
    ConvergenceError
        Where the critical value was not found; there is no known case.

    References
    ----------
    Henmi M, Copas JB (2010). Confidence intervals for random effects meta-analysis and robustness to publication
    bias. doi:10.1002/sim.4029.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> found = henmi_copas(pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01]))
    >>> round(found.estimate, 3), round(found.ci_low, 3), round(found.ci_high, 3)
    (0.457, 0.028, 0.886)
    """
    check_fit(fit, "henmi_copas()")
    if fit.has_moderators:
        raise InputError("the interval of Henmi and Copas is for a mean; this fit has moderators")
    if fit.k < 2:
        raise InputError("the interval of Henmi and Copas needs at least two studies; there is one")
    chosen = fit.level if level is None else check_level(level)
    batch = make_batch(fit.yi, fit.vi)
    tau2 = float((estimate_tau2(batch, "DL").tau2 / batch.unit)[0])
    moments = _moments(batch, tau2)
    equal = project(batch.y, batch.v, None, np.zeros(1))
    unit = math.sqrt(float(batch.unit[0]))
    estimate = float(equal.coef[0, 0]) * unit + float(batch.offset[0])
    se = math.sqrt(moments.ratio / moments.total) * unit
    critical = _critical_value(moments, chosen)
    two = "Two studies say next to nothing about the variance between studies, on which the interval depends."
    return HenmiCopasResult(
        estimate=estimate,
        se=se,
        ci_low=estimate - critical * se,
        ci_high=estimate + critical * se,
        critical_value=critical,
        tau2=tau2 * float(batch.unit[0]),
        level=chosen,
        k=fit.k,
        measure=fit.measure,
        cautions=(two,) if fit.k == 2 else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """What the distribution of Q given the estimate is made of.

    `total` is Σw, `square` Σw²/Σw, `rest` Σw less that, `ratio` the variance of the estimate times Σw, `m0` and `m1`
    the variance of w under weights w and :math:`Σ w · w (w - S_2)²/Σw`, :math:`S_2` being `square`; `m2` is
    `m1` times `square` less the square of `m0`, and `pairs` tr PP.
    """

    df: float
    tau2: float
    total: float
    square: float
    rest: float
    ratio: float
    m0: float
    m1: float
    m2: float
    pairs: float


def _moments(batch: Batch, tau2: float) -> _Moments:
    fit = project(batch.y, batch.v, None, np.zeros(1))
    w, total = fit.w[0], float(fit.total[0])
    share = w / total
    # away from the largest weight, so that the differences keep their digits where one study has nearly all of it
    short = w - w.max()
    square = float((share * w).sum())
    away = np.square(short - (share * short).sum())
    beyond = np.square(short - (share * w * short).sum() / square)
    return _Moments(
        df=float(batch.df[0]),
        tau2=tau2,
        total=total,
        square=square,
        rest=float(trace_p(fit)[0]),
        ratio=1 + tau2 * square,
        m0=float((share * away).sum()),
        m1=float((share * w * away).sum()),
        m2=square * float((share * w * beyond).sum()),
        pairs=float(trace_pp(fit)[0]),
    )


def _q_given(r2: Array, m: _Moments) -> tuple[Array, Array]:
    r"""Return the mean and variance of Q given the standardised estimate, whose square is `r2`.

    With z the errors of the effects and c their regression on the estimate, Q is :math:`z'Mz`, where :math:`z = cu`
    plus an independent remainder; only :math:`c'Mc` and :math:`c'MDMc` depend on the estimate. The latter less the
    square of the former is written out, for both may be large and alike.
    """
    t, v = m.tau2, m.ratio
    one = t * t * m.m0 / v
    two = t * t * (m.m0 + t * m.m1) / v
    beside = (t / v) ** 2 * (m.m0 + t * (m.m1 + m.m0 * m.square) + t * t * m.m2)
    mean = m.df + t * m.rest + (r2 - 1) * one
    plain = m.df + 2 * t * m.rest + t * t * m.pairs
    variance = 2 * (plain - two) + (4 * r2 - 2) * beside
    return np.asarray(mean), np.asarray(variance)


def _critical_value(m: _Moments, level: float) -> float:
    """Return the two-sided critical value of the estimate over its standard error."""
    from scipy.optimize import brentq
    from scipy.special import gammainc

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    odds = m.rest / m.square

    def tail(x: float) -> float:
        # R over its standard deviation is z; the statistic exceeds x√ratio where Q is below this bound and z above x
        half = 0.5 * (max(_FARTHEST, x + 4) - x)
        z = x + half * (1 + nodes)
        mean, variance = _q_given(z * z, m)
        bound = odds * ((z / x) ** 2 - 1) + m.df
        probability = gammainc(mean * mean / variance, bound * mean / variance)
        density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        return float(half * (weights * probability * density).sum())

    target = 0.5 * (1 - level)
    low, high = _bracket(tail, target)
    root = float(brentq(lambda x: tail(x) - target, low, high, xtol=1e-14 * low, rtol=1e-13, maxiter=200))
    return root * math.sqrt(m.ratio)


def _bracket(tail: Callable[[float], float], target: float) -> tuple[float, float]:
    """Return two points between which the tail probability passes the target."""
    low, high = 0.5, 2.0
    for _ in range(200):
        if tail(low) <= target:
            low *= 0.5
        elif tail(high) >= target:
            high *= 1.5
        else:
            return low, high
    raise ConvergenceError("the critical value of Henmi and Copas was not found")
