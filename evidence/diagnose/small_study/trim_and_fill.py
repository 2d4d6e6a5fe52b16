"""Duval and Tweedie's trim and fill."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...card import Card, Carded, show_number
from ...errors import InputError
from ...numbers import format_p
from ...pool import PooledResult
from ...pool.design import mean_design
from ...pool.fit import fit_studies
from ...vocabulary import FunnelSide, TrimFillEstimator, check_option
from .data import ENOUGH_STUDIES, check_refit, tau2_option
from .lines import fit_line
from .missing_studies import MissingStudies, all_alike, count_missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from ...pool.core import Array

__all__ = ["TrimAndFill", "trim_and_fill"]

_CANNOT_TELL = (
    "Trim and fill says what the mean would be if the funnel were symmetric and the asymmetry came from missing "
    "studies alone; heterogeneity alone can make it fill. The filled studies are not data: quote it as a sensitivity "
    "analysis, not as a corrected estimate."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TrimAndFill(Carded):
    """The studies that an asymmetric funnel seems to lack, and the mean with them filled in.

    Attributes
    ----------
    k0 : int
        Estimated number of missing studies.
    k0_se : float
        Its standard error; NaN where its formula has no value.
    k0_pvalue : float
        For ``R0``, the probability of as many if none is missing; NaN for the other estimators, and where the effects
        are all alike.
    side : {"left", "right"}
        The side on which studies are missing.
    side_given : bool
        Whether it was given; else it is opposite to the side to which small studies lean.
    estimator : {"L0", "R0", "Q0"}
        Estimator of `k0`.
    history : tuple of int
        The counts of missing studies in turn; the last two are alike.
    fit : PooledResult
        The fit of the studies.
    filled : PooledResult
        The same model fitted to the studies and the filled ones; `fit` itself where none is missing.
    cautions : tuple of str
        What a reader must know before quoting the result.
    """

    k0: int
    k0_se: float
    k0_pvalue: float
    side: str
    side_given: bool
    estimator: str
    history: tuple[int, ...]
    fit: PooledResult
    filled: PooledResult
    cautions: tuple[str, ...]

    @property
    def k(self) -> int:
        """Number of studies, those filled in not counted."""
        return self.fit.k

    @property
    def iterations(self) -> int:
        """Number of trimming steps."""
        return len(self.history) - 1

    @property
    def estimate(self) -> float:
        """The pooled effect with the filled studies."""
        return self.filled.estimate

    @property
    def se(self) -> float:
        """Its standard error."""
        return self.filled.se

    @property
    def ci(self) -> tuple[float, float]:
        """Its confidence interval."""
        return self.filled.ci

    def plot(self, **options: Any) -> Figure:
        """Draw the funnel plot with the filled studies as rings; options are those of `evidence.plot.funnel`."""
        from ...plot.fit_plots.funnel import funnel

        figure: Figure = funnel(self.fit, trim_and_fill=self, **options)
        return figure

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study, as `PooledResult.to_frame` does, with ``filled`` marks."""
        table = self.filled.to_frame()
        return table.assign(filled=np.arange(len(table)) >= len(table) - self.k0)

    def _card(self) -> Card:
        probability = f", {format_p(self.k0_pvalue)}" if math.isfinite(self.k0_pvalue) else ""
        rows = {"studies": self.fit, "studies and filled": self.filled}
        table = pd.DataFrame(
            [
                {
                    "k": fit.k,
                    "estimate": fit.estimate,
                    "ci_low": fit.ci_low,
                    "ci_high": fit.ci_high,
                    "pvalue": fit.pvalue,
                    "tau2": fit.tau2,
                }
                for fit in rows.values()
            ],
            index=pd.Index(list(rows), name=""),
        )
        return Card(
            title=f"Trim and fill ({self.estimator}), {self.fit.model}",
            facts=(
                ("missing studies", f"{self.k0} (SE {show_number(self.k0_se)}){probability}"),
                ("side", f"{self.side} ({'given' if self.side_given else 'from the slope on the standard error'})"),
                ("filled estimate", _with_ci(self.filled)),
                ("estimate", _with_ci(self.fit)),
                ("iterations", str(self.iterations)),
            ),
            table=table,
            cautions=self.cautions,
        )


def trim_and_fill(
    fit: PooledResult, *, side: str | None = None, estimator: str = "L0", max_iterations: int = 100
) -> TrimAndFill:
    r"""Estimate the number of missing studies, fill them in, and pool again.

    The `k0` most extreme studies are trimmed, the rest is pooled, all are centred at that mean, and `k0` is estimated
    anew from the ranks of the absolute deviations, until it stays. The trimmed studies are then mirrored.

    With :math:`S^+` the sum of the ranks of the deviations above 0, L0 is :math:`[4S^+ - k(k+1)]/(2k-1)`, Q0 is
    :math:`k - 1/2 - \sqrt{2k^2 - 4S^+ + 1/4}`, and R0 is the length of the rightmost run of ranks above 0, less 1.

    Parameters
    ----------
    fit : PooledResult
        A fit without moderators of at least three studies.
    side : {"left", "right"}, optional
        The side on which studies are missing. By default opposite to where small studies lean: left if the slope of
        the effects on their standard errors, by the model of the fit, is not negative.
    estimator : {"L0", "R0", "Q0"}
        Estimator of the number of missing studies.
    max_iterations : int
        Trimming steps allowed.

    Returns
    -------
    TrimAndFill

    Raises
    ------
    InputError
        With moderators, fewer than three studies, or no `side` where all standard errors are alike.
    ConvergenceError
        Where the count does not settle, trims everything, or Q0 has no value.

    Notes
    -----
    metafor's ``trimfill()`` with the same names.

    References
    ----------
    Duval S, Tweedie R (2000). A nonparametric "trim and fill" method of accounting for publication bias in
    meta-analysis. doi:10.1080/01621459.2000.10473905.
    Duval S, Tweedie R (2000). Trim and fill. doi:10.1111/j.0006-341X.2000.00455.x.
    Terrin N, Schmid CH, Lau J, Olkin I (2003). Adjusting for publication bias in the presence of heterogeneity.
    doi:10.1002/sim.1461.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.1, 0.15, 0.2, 0.4, 0.7, 0.9], [0.01, 0.012, 0.015, 0.05, 0.09, 0.12], tau2="DL", test="z")
    >>> found = trim_and_fill(fit)
    >>> found.k0, found.side, round(fit.estimate, 3), round(found.estimate, 3)
    (2, 'left', 0.257, 0.182)
    """
    _check(fit)
    check_refit(fit.choices, what="trim_and_fill()", test=False)
    kind = check_option("estimator", estimator, TrimFillEstimator)
    chosen = _side(fit) if side is None else check_option("side", side, FunnelSide)
    if isinstance(max_iterations, bool) or not isinstance(max_iterations, int) or max_iterations < 1:
        raise InputError(f"max_iterations={max_iterations!r} must be a whole number of at least 1")
    sign = 1.0 if chosen == "left" else -1.0
    order = np.argsort(sign * fit.yi, kind="stable")
    mirrored, vi = sign * fit.yi[order], fit.vi[order]
    missing = count_missing(mirrored, vi, choices=fit.choices, estimator=kind, max_iterations=max_iterations)
    last = slice(fit.k - missing.k0, fit.k)
    filled_yi = sign * (2 * missing.center - mirrored[last])
    return TrimAndFill(
        k0=missing.k0,
        k0_se=missing.se,
        k0_pvalue=0.5 ** (missing.k0 + 1) if kind == "R0" and not all_alike(fit.yi) else math.nan,
        side=chosen,
        side_given=side is not None,
        estimator=kind,
        history=missing.history,
        fit=fit,
        filled=_filled_fit(fit, filled_yi, vi[last]) if missing.k0 else fit,
        cautions=_cautions(fit, missing),
    )


def _check(fit: object) -> None:
    if not isinstance(fit, PooledResult):
        raise InputError(f"trim_and_fill() takes a fit, such as pool(yi, vi); it was given {type(fit).__name__}")
    if fit.has_moderators:
        raise InputError(
            "trim_and_fill() is made for a pooled mean; this fit has moderators "
            f"({', '.join(fit.design.names)}). Give a fit without them"
        )
    if fit.k < 3:
        raise InputError(f"trim_and_fill() needs at least three studies; this fit has {fit.k}")


def _side(fit: PooledResult) -> str:
    """Return the side opposite to where small studies lean."""
    sei = np.sqrt(fit.vi)
    if np.ptp(sei) == 0:
        raise InputError(
            "all standard errors are alike, so that nothing says on which side studies are missing; "
            "give side='left' or side='right'"
        )
    line = fit_line(
        fit.yi,
        fit.vi,
        np.column_stack([np.ones(fit.k), sei]),
        tau2=tau2_option(fit.choices),
        test="z",
        level=fit.level,
        predictor="the standard error",
    )
    return "right" if line.coef[1] < 0 else "left"


def _filled_fit(fit: PooledResult, yi: Array, vi: Array) -> PooledResult:
    """Fit the same model to the studies and the filled ones."""
    studies, k0 = fit.studies, len(yi)
    labels = [*studies.all_labels, *(f"Filled {number}" for number in range(1, k0 + 1))]
    reasons: Mapping[int, str] = studies.reasons
    augmented = replace(
        studies,
        all_yi=_frozen(np.concatenate([studies.all_yi, yi])),
        all_vi=_frozen(np.concatenate([studies.all_vi, vi])),
        all_labels=pd.Index(labels, name=studies.all_labels.name, dtype=object),
        included=_frozen(np.concatenate([studies.included, np.ones(k0, dtype=bool)])),
        reasons=dict(reasons),
    )
    return fit_studies(augmented, mean_design(fit.k + k0), fit.choices)


def _frozen(values: Any) -> Any:
    values.setflags(write=False)
    return values


def _cautions(fit: PooledResult, missing: MissingStudies) -> tuple[str, ...]:
    found = []
    if fit.k < ENOUGH_STUDIES:
        found.append(f"With {fit.k} studies the count of missing ones says next to nothing.")
    if all_alike(fit.yi):
        found.append("The effects are all alike: none lies on either side, so that no study can be found missing.")
    if math.isnan(missing.se):
        found.append("The formula of the standard error of k0 has no value for these ranks.")
    return (*found, _CANNOT_TELL)


def _with_ci(fit: PooledResult) -> str:
    return f"{show_number(fit.estimate)} [{show_number(fit.ci_low)}, {show_number(fit.ci_high)}]"
