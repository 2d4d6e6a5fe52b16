"""Peto's one-step odds ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assemble import pool_counts
from .choices import check_count_choices
from .reading import read_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .reading import Values
    from .result import CountsResult

__all__ = ["peto"]


def peto(
    table: pd.DataFrame | None = None,
    *,
    add: float | str | tuple[float | str, float | str] = 0.5,
    to: str | tuple[str, str] = "only0",
    drop00: bool | tuple[bool, bool] = True,
    level: float = 0.95,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> CountsResult:
    r"""Pool 2×2 tables by Peto's method: :math:`\sum (O - E) / \sum V`, variance :math:`1/\sum V`.

    O are the events of group 1, E those expected without an effect, V their hypergeometric variance. Good for rare
    events, small effects and groups of similar size; biased otherwise, which the cautions say. Tables without events,
    or with nothing but events, add nothing.

    Parameters
    ----------
    table, data, labels, missing, level, **columns
        As in :func:`~evidence.counts.mantel_haenszel`.
    add, to, drop00
        Zero-cell policy, one value for the effects of the studies or two, the second for the pooled estimate, as in
        :func:`~evidence.counts.mantel_haenszel`. Q is made from O − E and V and so depends on the second only; the
        effects of the studies and the likelihood depend on the first.

    Returns
    -------
    CountsResult
        The odds ratio on the natural-log scale. Q is :math:`\sum (O - E)^2/V - (\sum (O - E))^2/\sum V`.

    Raises
    ------
    ColumnError, RowError, OptionError, InputError
        As :func:`~evidence.counts.mantel_haenszel`.

    Notes
    -----
    Defaults and numbers are those of metafor's ``rma.peto()``. ``metabin(method="Peto")`` of the R package meta is
    ``to="none"``: the same pooled estimate and Q; only effects of studies with a zero cell differ.

    References
    ----------
    Yusuf S and others (1985). doi:10.1016/s0033-0620(85)80003-7
    Greenland S, Salvan A (1990). Bias in the one-step method for pooling study results. Statistics in Medicine
    9:247–252.
    Bradburn MJ and others (2007). Much ado about nothing. doi:10.1002/sim.2528

    Examples
    --------
    >>> found = peto(events1=[4, 6, 3], n1=[123, 306, 231], events2=[11, 29, 11], n2=[139, 303, 220])
    >>> [round(value, 3) for value in found.back_transformed]
    [0.29, 0.175, 0.48]
    """
    choices = check_count_choices(
        method="Peto",
        measure="PETO",
        add=add,
        to=to,
        drop00=drop00,
        correct=False,
        correction="cells",
        q_around="pooled",
        rd_variance="sato",
        level=level,
        missing=missing,
    )
    return pool_counts(read_counts(table, labels=labels, missing=missing, data=data, **columns), choices)
