"""Points of two plots: normal quantiles of standardised residuals, and the radial (Galbraith) plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..pool.choices import check_level
from ..vocabulary import QuantileResidual, check_flag, check_option
from .checks import check_count, check_fit, check_seed
from .residuals import hatvalues, rstandard, rstudent

if TYPE_CHECKING:
    from ..pool import PooledResult
    from ..pool.core import Array

__all__ = ["NormalQuantiles", "Radial", "qqnorm", "radial"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class NormalQuantiles(Carded):
    """Points of a normal quantile plot, in the order of the studies.

    Attributes
    ----------
    labels : Index, length n
        The studies whose residual exists.
    x, y : array, shape (n,)
        Theoretical quantiles and standardised residuals.
    type : {"rstandard", "rstudent"}
        Which residuals.
    low, high : array, shape (n,)
        Limits of the envelope at each point; NaN where none was asked for.
    level : float
        Level of the envelope.
    reps, seed : int or None
        Simulations behind the envelope and their seed; None without one.
    """

    labels: pd.Index
    x: Array
    y: Array
    type: str
    low: Array
    high: Array
    level: float
    reps: int | None
    seed: int | None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: study, x, y, low, high."""
        return pd.DataFrame({"study": self.labels, "x": self.x, "y": self.y, "low": self.low, "high": self.high})

    def _card(self) -> Card:
        facts = [("studies", str(len(self.x))), ("residuals", self.type)]
        if self.reps is not None:
            outside = int(((self.y < self.low) | (self.y > self.high)).sum())
            facts.append(("outside envelope", f"{outside} ({100 * self.level:g}%, {self.reps} simulations)"))
        return Card(title="Points of a normal quantile plot", facts=tuple(facts), table=self.to_frame())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Radial(Carded):
    r"""Points of a radial plot.

    Attributes
    ----------
    labels : Index, length k
        Names of the studies.
    x, y : array, shape (k,)
        :math:`1/\sqrt{v_i + τ²}` and :math:`y_i/\sqrt{v_i + τ²}`.
    slope : float
        The pooled effect: the slope of the line through the origin; 0 for a centred plot.
    centered : bool
        Whether the pooled effect was subtracted from the effects.
    """

    labels: pd.Index
    x: Array
    y: Array
    slope: float
    centered: bool

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study: study, x, y."""
        return pd.DataFrame({"study": self.labels, "x": self.x, "y": self.y})

    def _card(self) -> Card:
        facts = (("studies", str(len(self.x))), ("slope", show_number(self.slope)))
        return Card(title="Points of a radial (Galbraith) plot", facts=facts, table=self.to_frame())


def qqnorm(
    fit: PooledResult,
    *,
    type: str = "rstandard",  # noqa: A002
    envelope: int | None = None,
    level: float | None = None,
    bonferroni: bool = False,
    seed: int | None = None,
) -> NormalQuantiles:
    r"""Return the points of a normal quantile plot of standardised residuals.

    The theoretical quantile of the i-th smallest of n is :math:`Φ^{-1}((i - a)/(n + 1 - 2a))` with a = 3/8 for
    up to ten studies and 1/2 for more (Blom 1958).

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies.
    type : {"rstandard", "rstudent"}
        Internally or externally standardised residuals.
    envelope : int, optional
        Simulations for an envelope of what normal residuals with this hat matrix look like; none by default.
        The envelope is not smoothed.
    level : float, optional
        Level of the envelope; that of the fit by default.
    bonferroni : bool
        Whether the envelope's error is shared out among the points.
    seed : int, optional
        Seed of the simulations; a fresh one by default, recorded in the result.

    Returns
    -------
    NormalQuantiles

    Raises
    ------
    InputError
        Where no residual exists.

    References
    ----------
    Wang MC, Bushman BJ (1998). Using the normal quantile plot to explore meta-analytic data sets.
    doi:10.1037/1082-989X.3.1.46.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> qqnorm(pool([0.1, 0.4, 0.9], [0.04, 0.09, 0.05])).x.round(3).tolist()
    [-0.869, 0.0, 0.869]
    """
    kind = check_option("type", type, QuantileResidual)
    check_flag("bonferroni", bonferroni)
    check_fit(fit, what="qqnorm()")
    chosen = fit.level if level is None else check_level(level)
    found = rstandard(fit) if kind == "rstandard" else rstudent(fit)
    known = np.isfinite(found.z)
    if not known.any():
        raise InputError("there is no residual to plot: no study can be compared with the others")
    z = found.z[known]
    rank = np.argsort(np.argsort(z, kind="stable"), kind="stable")
    n, share = len(z), 0.375 if len(z) <= 10 else 0.5
    low = high = np.full(n, np.nan)
    reps = drawn = None
    if envelope is not None:
        reps, drawn = check_count("envelope", envelope), check_seed(seed)
        tail = (1 - chosen) / 2 / (fit.k if bonferroni else 1)
        low, high = (limit[rank] for limit in _envelope(fit, known, tail=tail, reps=reps, seed=drawn))
    return NormalQuantiles(
        labels=fit.labels[known],
        x=np.asarray(ndtri((np.arange(1, n + 1) - share) / (n + 1 - 2 * share)))[rank],
        y=z,
        type=kind,
        low=low,
        high=high,
        level=chosen,
        reps=reps,
        seed=drawn,
    )


def radial(fit: PooledResult, *, center: bool = False) -> Radial:
    """Return the points of a radial plot, in which the pooled effect is the slope of a line through the origin.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies without moderators.
    center : bool
        Whether to subtract the pooled effect first.

    Returns
    -------
    Radial

    References
    ----------
    Galbraith RF (1988). A note on graphical presentation of estimated odds ratios from several clinical trials.
    doi:10.1002/sim.4780070807.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> radial(pool([0.2, 0.4], [0.01, 0.04], tau2="EE")).to_frame()[["x", "y"]].to_numpy().round(6).tolist()
    [[10.0, 2.0], [5.0, 2.0]]
    """
    check_flag("center", center)
    check_fit(fit, what="radial()", moderators=False)
    sd = np.sqrt(fit.vi + fit.tau2)
    effects = fit.yi - fit.estimate if center else fit.yi
    return Radial(
        labels=fit.labels, x=1 / sd, y=effects / sd, slope=0.0 if center else fit.estimate, centered=bool(center)
    )


def _envelope(fit: PooledResult, known: Array, *, tail: float, reps: int, seed: int) -> tuple[Array, Array]:
    """Return the limits at each ordered point: quantiles of the ordered residuals of simulated normal data."""
    hat = hatvalues(fit, type="matrix").to_numpy()
    noise = np.random.default_rng(seed).standard_normal((fit.k, reps))
    simulated = np.sort((noise - hat @ noise)[known], axis=0)
    low, high = np.quantile(simulated, [tail, 1 - tail], axis=1)
    return low, high
