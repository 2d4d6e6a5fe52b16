"""Intervals of τ², τ, I² and H² of a fit, by any method and at any level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..card import Card, Carded
from ..errors import InputError
from ..vocabulary import NO_RANDOM_EFFECT, Tau2IntervalMethod, check_option
from .choices import FIXED, check_level
from .core import make_batch
from .heterogeneity import heterogeneity
from .inference import column_units

if TYPE_CHECKING:
    from .result import PooledResult

__all__ = ["INTERVAL_NAMES", "HeterogeneityInterval", "confint"]

INTERVAL_NAMES = {
    "QP": "Q-profile",
    "GENQ": "generalised Q",
    "BJ": "generalised Q, weights 1/v",
    "J": "generalised Q, weights 1/√v",
    "PL": "profile likelihood",
    "Wald": "Wald",
    "HT": "Higgins and Thompson's for H",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HeterogeneityInterval(Carded):
    """Estimates of heterogeneity with their intervals.

    Attributes
    ----------
    tau2, tau, i2, h2 : float
        Estimates; I² in percent. With ``HT`` those of I² and H² are from Q.
    tau2_ci, tau_ci, i2_ci, h2_ci : tuple of float
        Their limits.
    method : str
        The method, as in `evidence.pool.intervals`.
    level : float
        Confidence level.
    tau2_method : str
        The estimator of τ².
    cautions : tuple of str
        What a reader must know before quoting them.
    """

    tau2: float
    tau2_ci: tuple[float, float]
    tau: float
    tau_ci: tuple[float, float]
    i2: float
    i2_ci: tuple[float, float]
    h2: float
    h2_ci: tuple[float, float]
    method: str
    level: float
    tau2_method: str
    cautions: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each quantity: estimate, ci_low, ci_high."""
        return pd.DataFrame(
            [
                (self.tau2, *self.tau2_ci),
                (self.tau, *self.tau_ci),
                (self.i2, *self.i2_ci),
                (self.h2, *self.h2_ci),
            ],
            index=pd.Index(["tau2", "tau", "i2", "h2"], name="quantity"),
            columns=["estimate", "ci_low", "ci_high"],
        )

    def _card(self) -> Card:
        facts = (
            ("Method", f"{self.method} ({INTERVAL_NAMES[self.method]})"),
            ("Level", f"{100 * self.level:g}%"),
            ("τ² estimator", self.tau2_method),
        )
        return Card(title="Intervals of heterogeneity", facts=facts, table=self.to_frame(), cautions=self.cautions)


def confint(fit: PooledResult, method: str | None = None, *, level: float | None = None) -> HeterogeneityInterval:
    r"""Return intervals of τ², τ, I² and H² of a fit.

    Those of τ, I² and H² follow from that of τ² by :math:`I² = 100 τ²/(τ² + v)` and :math:`H² = 1 + τ²/v`, with v the
    typical sampling variance.

    Parameters
    ----------
    fit : PooledResult
        A fit with an estimated τ².
    method : {"QP", "GENQ", "BJ", "J", "PL", "Wald", "HT"}, optional
        The method (`evidence.pool.intervals`); by default that of the fit. metafor's ``confint(type=)`` has ``QP``,
        ``GENQ`` (with the weights of the fit), ``PL`` and ``HT``; meta's ``method.tau.ci=`` has ``QP``, ``BJ``, ``J``
        and ``PL``.
    level : float, optional
        Confidence level; that of the fit by default.

    Raises
    ------
    InputError
        Where τ² was not estimated, there is one study, the method needs weights, or does not go with the estimator.
    OptionError
        Where there is no such method.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01])
    >>> confint(fit, "PL").to_frame().round(3)
              estimate  ci_low  ci_high
    quantity
    tau2         0.043     0.0    0.521
    tau          0.207     0.0    0.722
    i2          63.017     0.0   95.385
    h2           2.704     1.0   21.666
    """
    if fit.k < 2 or fit.tau2_method in (*NO_RANDOM_EFFECT, FIXED):
        raise InputError(
            "intervals of heterogeneity need two studies and an estimated τ², which this fit does not have"
        )
    used = fit.heterogeneity.tau2_ci_method if method is None else method
    check_option("method", used, Tau2IntervalMethod)
    level = fit.level if level is None else check_level(level)
    matrix = fit.design.matrix
    given = fit.study_weights
    found = heterogeneity(
        make_batch(fit.yi, fit.vi, matrix / column_units(matrix)),
        fit.tau2,
        fit.tau2_se,
        method=fit.tau2_method,
        level=level,
        interval=used,
        weights=None if given is None else given[None],
    )
    i2, h2 = (found.i2, found.h2)
    if used == "HT":
        h2 = max(1.0, found.q / found.q_df)
        i2 = 100 * (h2 - 1) / h2
    low, high = found.tau2_ci
    return HeterogeneityInterval(
        tau2=fit.tau2,
        tau2_ci=(low, high),
        tau=math.sqrt(fit.tau2),
        tau_ci=(float(np.sqrt(low)), float(np.sqrt(high))),
        i2=i2,
        i2_ci=found.i2_ci,
        h2=h2,
        h2_ci=found.h2_ci,
        method=used,
        level=level,
        tau2_method=fit.tau2_method,
        cautions=_cautions(used, empty=found.interval_empty, limits=(low, high), tau2=fit.tau2),
    )


def _cautions(method: str, *, empty: bool, limits: tuple[float, float], tau2: float) -> tuple[str, ...]:
    found = []
    if math.isnan(limits[0]):
        why = "with one degree of freedom" if method == "HT" else "without a standard error of τ²"
        return (f"There is no interval of this kind {why}.",)
    if empty:
        found.append("The effects are more alike than sampling error allows: the interval is empty, shown as 0 to 0.")
    elif not limits[0] <= tau2 <= limits[1]:
        found.append("The estimate of τ² is outside its interval: they are made by different methods.")
    if method == "Wald":
        found.append("The Wald interval of τ² is too short unless studies are very many.")
    return tuple(found)
