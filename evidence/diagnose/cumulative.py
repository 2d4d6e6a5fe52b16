"""The pooled effect as studies come in, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..card import Card, Carded, show_number
from ..errors import InputError
from ..vocabulary import check_flag
from .arguments import per_study
from .checks import check_fit
from .refit import model_data
from .rows import ONE_STUDY, PooledRows, pool_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from ..plot.page.style import PresetName
    from ..pool import PooledResult

__all__ = ["Cumulative", "cumulative"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Cumulative(Carded):
    """Pooled effects of the first one, two, three … studies.

    Attributes
    ----------
    added : Index, length B
        The study that each row adds; with tied studies taken together the last of them.
    positions : array of int, shape (B,)
        Its position among the studies of the fit, counted from 0.
    order : tuple
        The value by which it is ordered; empty where the order is that of the fit.
    rows : PooledRows
        Arrays of shape (B,): k, estimate, se, statistic, pvalue, limits, q, tau2, i2, h2.
    reasons : tuple of str
        What cannot be said of a row, and why; empty where all can.
    tau2_method, test : str
        Estimator and test.
    level : float
        Level of the intervals.
    measure : str
        Effect measure; empty if not said.
    """

    added: pd.Index
    positions: NDArray[np.intp]
    order: tuple[Any, ...]
    rows: PooledRows
    reasons: tuple[str, ...]
    tau2_method: str
    test: str
    level: float
    measure: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Return one row per step, by the study added."""
        table = self.rows.frame(self.added)
        if self.order:
            table.insert(0, "order", list(self.order))
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
        from ..plot.forest_plot.variants import cumulative_data

        figure: Figure = forest(cumulative_data(self, **shown), width_mm=width_mm, preset=preset)
        return figure

    def _card(self) -> Card:
        last = self.rows.k.argmax()
        facts = (
            ("steps", str(len(self.added))),
            ("all studies", show_number(float(self.rows.estimate[last]))),
            ("τ²", self.tau2_method),
            ("test", f"{self.test}, {100 * self.level:g}% intervals"),
        )
        shown = ["k", "estimate", "ci_low", "ci_high", "pvalue", "tau2", "i2"]
        table = self.to_frame()[shown]
        notes = tuple(sorted({f"k = 1 is {reason}." for reason in self.reasons if reason}))
        cautions = (
            "Repeated looks at growing data are not independent: their p-values and intervals, taken "
            "together, do not have their nominal level.",
        )
        return Card(title="Cumulative meta-analysis", facts=facts, table=table, notes=notes, cautions=cautions)


def cumulative(
    fit: PooledResult, *, order: ArrayLike | None = None, descending: bool = False, collapse: bool = False
) -> Cumulative:
    """Pool the first study, the first two, the first three and so on; τ² is estimated again each time.

    Parameters
    ----------
    fit : PooledResult
        A fit of two or more studies without moderators.
    order : array-like, shape (k,), optional
        What to order the studies by, such as their years; ties stay in the order of the fit. By default the order
        of the fit.
    descending : bool
        Whether the largest come first.
    collapse : bool
        Whether studies that tie in `order` come in together.

    Returns
    -------
    Cumulative
        The first row, where it is a single study, is that study's own estimate by the normal test; τ², I² and H²
        are NaN there.

    Raises
    ------
    InputError
        Where the fit has moderators or a single study, or `order` cannot be sorted.
    RowError
        Listing studies without a value of `order`.

    References
    ----------
    Lau J and others (1992). Cumulative meta-analysis of therapeutic trials for myocardial infarction.
    doi:10.1056/NEJM199207233270406.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.10, 0.30, 0.35, 0.65], [0.03, 0.03, 0.05, 0.01], tau2="DL", labels=list("abcd"))
    >>> cumulative(fit, order=[2003, 1999, 2007, 2001]).to_frame()[["order", "k", "estimate", "tau2"]].round(3)
           order  k  estimate   tau2
    study
    b       1999  1     0.300    NaN
    d       2001  2     0.504  0.041
    a       2003  3     0.372  0.073
    c       2007  4     0.374  0.051
    """
    check_flag("descending", descending)
    check_flag("collapse", collapse)
    check_fit(fit, what="cumulative()", moderators=False)
    data = model_data(fit)
    if order is None:
        if descending or collapse:
            raise InputError("descending and collapse need order=, the values to order the studies by")
        sequence, values = np.arange(data.k), None
    else:
        values = per_study(fit, "order", order)
        sequence = _sorted(values, descending=descending)
    rank = np.empty(data.k, dtype=np.intp)
    rank[sequence] = np.arange(data.k)
    last = np.arange(data.k)
    if values is not None and collapse:
        ordered = values.to_numpy()[sequence]
        last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], [True]))
    rows = pool_rows(data, rank > last[:, None], single=True)
    positions = sequence[last]
    return Cumulative(
        added=fit.labels[positions].rename(fit.labels.name or "study"),
        positions=positions,
        order=() if values is None else tuple(values.iloc[positions].tolist()),
        rows=rows,
        reasons=tuple(ONE_STUDY if k == 1 else "" for k in rows.k.tolist()),
        tau2_method=fit.tau2_method,
        test=fit.test,
        level=fit.level,
        measure=fit.measure,
    )


def _sorted(values: pd.Series[Any], *, descending: bool) -> NDArray[np.intp]:
    """Return the positions in order, ties in the order given."""
    given = values.tolist()
    try:
        rank = {value: place for place, value in enumerate(sorted(set(given)))}
    except TypeError as error:
        raise InputError(f"order mixes values that cannot be compared: {error}") from error
    codes = np.array([rank[value] for value in given])
    return np.argsort(-codes if descending else codes, kind="stable")
