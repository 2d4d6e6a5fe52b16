"""How much the studies differ: Q, I², H² and their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ..vocabulary import NO_RANDOM_EFFECT
from .choices import FIXED
from .core import Array, Batch, project, trace_p
from .intervals import tau2_interval
from .tau2 import WEIGHTED

__all__ = ["I2_FROM_Q", "I2_FROM_TAU2", "Heterogeneity", "heterogeneity", "share_of_total", "typical_variance"]

I2_FROM_TAU2 = "100·τ²/(τ² + v), v the typical sampling variance of Higgins and Thompson (2002)"
I2_FROM_Q = "100·(Q − df)/Q, not below 0, Higgins and Thompson (2002)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    r"""Between-study variance and what is derived from it.

    Attributes
    ----------
    q, q_df, q_pvalue : float
        Cochran's Q (of the residuals, where there are moderators), its degrees of freedom and its chi-squared
        p-value.
    tau2, tau2_se : float
        The between-study variance and its standard error.
    tau2_ci : tuple of float
        Its interval, by `tau2_ci_method`.
    tau2_ci_method : {"QP", "GENQ", "BJ", "J", "PL", "Wald", "HT", "none"}
        The method of the intervals, as in `evidence.pool.intervals`.
    i2, i2_ci : float and tuple of float
        I² in percent, as `i2_definition` says.
    h2, h2_ci : float and tuple of float
        :math:`H² = 1 + τ²/v`; in an equal-effects model Q/df.
    typical_variance : float
        The typical sampling variance v, :math:`(k - p)/\mathrm{tr} P` at τ² = 0.
    i2_definition : str
        The formula of I² in words.
    interval_empty : bool
        Whether no τ² ≥ 0 agrees with the data at this level: the effects are more alike than sampling allows.
        The interval is then given as 0 to 0.
    """

    q: float
    q_df: float
    q_pvalue: float
    tau2: float
    tau2_se: float
    tau2_ci: tuple[float, float]
    tau2_ci_method: str
    i2: float
    i2_ci: tuple[float, float]
    h2: float
    h2_ci: tuple[float, float]
    typical_variance: float
    i2_definition: str
    interval_empty: bool


def typical_variance(batch: Batch) -> Array:
    r"""Return the typical sampling variance of Higgins and Thompson 2002 for each row, in the data's units.

    :math:`(k-p)/\mathrm{tr} P` at τ² = 0; for a mean that is
    :math:`(k-1) \sum w / ((\sum w)^2 - \sum w^2)` (doi:10.1002/sim.1186).
    """
    trace = trace_p(project(batch.y, batch.v, batch.x, np.zeros(len(batch.k))))
    return np.asarray(batch.df / trace * batch.unit)


def heterogeneity(
    batch: Batch,
    tau2: float,
    tau2_se: float,
    *,
    method: str,
    level: float,
    interval: str | None = None,
    weights: Array | None = None,
) -> Heterogeneity:
    """Describe the heterogeneity of a single meta-analysis.

    Parameters
    ----------
    batch : Batch
        One meta-analysis.
    tau2, tau2_se : float
        The estimate and its standard error, in the units of the data.
    method : str
        A τ² method, or ``"fixed"`` where τ² was given.
    level : float
        Confidence level of the intervals. There are none for an equal-effects model or a given τ².
    interval : str, optional
        The method of the intervals; by default ``"GENQ"`` for the estimators of that name and ``"QP"`` for the others.
    weights : array, shape (1, k), optional
        Given weights, for the interval ``"GENQ"``.
    """
    df = float(batch.df[0])
    q = float(project(batch.y, batch.v, batch.x, np.zeros(1)).q[0])
    typical = float(typical_variance(batch)[0])
    low, high, empty, used = math.nan, math.nan, False, "none"
    if method not in (*NO_RANDOM_EFFECT, FIXED):
        used = interval or ("GENQ" if method in WEIGHTED else "QP")
        found = tau2_interval(
            batch, used, level=level, tau2=tau2, tau2_se=tau2_se, kind=method, weights=weights, typical=typical
        )
        low, high, empty = found.low, found.high, found.empty
    if method in NO_RANDOM_EFFECT:
        i2, h2 = (max(0.0, 100 * (q - df) / q) if q > 0 else 0.0), q / df
    else:
        i2, h2 = share_of_total(tau2, typical), 1 + tau2 / typical
    return Heterogeneity(
        q=q,
        q_df=df,
        q_pvalue=float(chdtrc(df, q)),
        tau2=tau2,
        tau2_se=tau2_se,
        tau2_ci=(low, high),
        tau2_ci_method=used,
        i2=i2,
        i2_ci=(share_of_total(low, typical), share_of_total(high, typical)),
        h2=h2,
        h2_ci=(1 + low / typical, 1 + high / typical),
        typical_variance=typical,
        i2_definition=I2_FROM_Q if method in NO_RANDOM_EFFECT else I2_FROM_TAU2,
        interval_empty=empty,
    )


def share_of_total(tau2: float, typical: float) -> float:
    """Return I² in percent, :math:`100 τ²/(τ² + v)`."""
    return 100 * tau2 / (tau2 + typical)
