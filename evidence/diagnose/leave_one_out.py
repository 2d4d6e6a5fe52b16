"""The pooled effect without each study, or each group of studies, in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..card import Card, Carded, show_number
from .arguments import per_study
from .checks import check_fit
from .deletions import NOT_ENOUGH
from .refit import model_data
from .rows import PooledRows, pool_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

    from ..plot.page.style import PresetName
    from ..pool import PooledResult

__all__ = ["LeaveOneOut", "leave_one_out"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LeaveOneOut(Carded):
    """Pooled effects with one study, or one group of studies, left out.

    Attributes
    ----------
    left_out : Index, length B
        What each row leaves out.
    rows : PooledRows
        Arrays of shape (B,): k, estimate, se, statistic, pvalue, limits, q, tau2, i2, h2.
    reasons : tuple of str
        Why a row is NaN; empty where it is not.
    full : float
        The pooled effect of all studies.
    tau2_method, test : str
        Estimator and test.
    level : float
        Level of the intervals.
    measure : str
        Effect measure; empty if not said.
    full_ci : tuple of float
        The confidence interval of all studies.
    """

    left_out: pd.Index
    rows: PooledRows
    reasons: tuple[str, ...]
    full: float
    tau2_method: str
    test: str
    level: float
    measure: str = ""
    full_ci: tuple[float, float] = (math.nan, math.nan)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per deletion, by what is left out."""
        table = self.rows.frame(self.left_out)
        table["reason"] = list(self.reasons)
        return table

    def plot(self, *, width_mm: float = 174.0, preset: PresetName = "house", **shown: Any) -> Figure:
        """Draw the rows as a forest plot.

        Parameters
        ----------
        width_mm, preset
            As for `evidence.plot.forest`.
        **shown
            Anything of `evidence.plot.ForestData` that stands in the figure: ``title``, ``unit``, ``notes``.
        """
        from ..plot import forest
        from ..plot.forest_plot.variants import leave_one_out_data

        figure: Figure = forest(leave_one_out_data(self, **shown), width_mm=width_mm, preset=preset)
        return figure

    def _card(self) -> Card:
        estimates = self.rows.estimate[np.isfinite(self.rows.estimate)]
        facts = [("all studies", show_number(self.full))]
        if len(estimates):
            facts.append(("range without one", f"{show_number(estimates.min())} to {show_number(estimates.max())}"))
        facts += [("τ²", self.tau2_method), ("test", f"{self.test}, {100 * self.level:g}% intervals")]
        shown = ["estimate", "ci_low", "ci_high", "pvalue", "tau2", "i2", "q"]
        notes = tuple(sorted({f"n/e, not estimable: {reason}." for reason in self.reasons if reason}))
        return Card(
            title="Leave-one-out: the pooled effect without each in turn",
            facts=tuple(facts),
            table=self.to_frame()[shown],
            notes=notes,
        )


def leave_one_out(fit: PooledResult, *, cluster: ArrayLike | None = None) -> LeaveOneOut:
    """Pool again without each study in turn, τ² estimated again each time.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies without moderators.
    cluster : array-like, shape (k,), optional
        Names of groups of studies, such as papers or research groups, to leave out together.

    Returns
    -------
    LeaveOneOut
        A row that leaves fewer than two studies is NaN, with the reason: one study is not a synthesis.

    Raises
    ------
    InputError
        Where the fit has moderators (see `evidence.diagnose.influence`) or a single study, or `cluster` has not one
        name for each study.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01], tau2="DL", labels=list("abcd"))
    >>> leave_one_out(fit).to_frame()[["estimate", "tau2"]].round(3)
           estimate   tau2
    study
    a         0.479  0.024
    b         0.389  0.077
    c         0.372  0.073
    d         0.235  0.000
    """
    check_fit(fit, what="leave_one_out()", moderators=False)
    data = model_data(fit)
    if cluster is None:
        left_out, names = np.eye(data.k, dtype=bool), pd.Index(fit.labels)
    else:
        codes, found = _groups(fit, cluster)
        left_out, names = codes == np.arange(len(found))[:, None], found
    rows = pool_rows(data, left_out, single=False)
    return LeaveOneOut(
        left_out=names.rename(names.name or ("study" if cluster is None else "cluster")),
        rows=rows,
        reasons=tuple("" if k > 1 else NOT_ENOUGH for k in rows.k.tolist()),
        full=fit.estimate,
        tau2_method=fit.tau2_method,
        test=fit.test,
        level=fit.level,
        measure=fit.measure,
        full_ci=fit.ci,
    )


def _groups(fit: PooledResult, cluster: Any) -> tuple[Any, pd.Index]:
    """Return the group of each study as a number, and the names of the groups in the order of appearance."""
    codes, names = pd.factorize(per_study(fit, "cluster", cluster))
    return codes, pd.Index(names, name="cluster")
