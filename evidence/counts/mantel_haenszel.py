"""Mantel–Haenszel analysis of 2×2 tables and of rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assemble import pool_counts
from .choices import check_count_choices
from .reading import read_counts, read_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .reading import Values
    from .result import CountsResult

__all__ = ["mantel_haenszel"]


def mantel_haenszel(
    table: pd.DataFrame | None = None,
    measure: str = "OR",
    *,
    method: str = "MH",
    add: float | str | tuple[float | str, float | str] = 0.5,
    to: str | tuple[str, str] = "only0",
    drop00: bool | tuple[bool, bool] = True,
    correct: bool = True,
    correction: str = "cells",
    q_around: str = "pooled",
    rd_variance: str = "sato",
    level: float = 0.95,
    labels: str | Sequence[object] | None = None,
    missing: str = "raise",
    data: pd.DataFrame | None = None,
    **columns: Values,
) -> CountsResult:
    r"""Pool 2×2 tables or rates by Mantel–Haenszel weights, assuming one effect.

    The pooled estimate needs no correction of zero cells as long as both groups have events in some study, and gets
    none unless asked for. The effects of the single studies, from which Q, I² and the likelihood are made, do need
    one. So `add`, `to` and `drop00` take two values: for the effects of the studies and for the pooled estimate; a
    single one is for the former, with nothing added and nothing dropped for the latter (as in metafor).

    ======= ==================================================== ================================================
    measure pooled estimate                                      variance
    ======= ==================================================== ================================================
    OR      :math:`\ln(\sum ad/N / \sum bc/N)`                   Robins, Breslow and Greenland
    RR      :math:`\ln(\sum an_2/N / \sum cn_1/N)`               Greenland and Robins
    RD      :math:`\sum (an_2 - cn_1)/N / \sum n_1n_2/N`         Sato, Greenland and Robins
    IRR     :math:`\ln(\sum x_1t_2/T / \sum x_2t_1/T)`           Greenland and Robins
    IRD     :math:`\sum (x_1t_2 - x_2t_1)/T / \sum t_1t_2/T`     Greenland and Robins
    ======= ==================================================== ================================================

    Parameters
    ----------
    table, data : DataFrame of n rows, optional
        The table; give it as either. It is not needed if every number is an array.
    measure : {"OR", "RR", "RD", "IRR", "IRD"}
        Odds ratio, risk ratio, risk difference; rate ratio, rate difference.
    method : {"MH", "Cochran"}
        "Cochran", for rate ratios only: the mean log rate ratio, weighted by the events expected in group 1 at the
        rates of group 2. It has no value where group 1 has no events in a study, unless they are added to.
    add : float or "tacc", or two of these
        What is added to cells: the same to each, or to the cells of each group its share of all people
        (treatment-arm correction, Sweeting 2004). To rates it is added to the events.
    to : {"only0", "all", "if0all", "none"}, or two of these
        To rows with a zero cell; to all rows; to all rows if any has a zero cell; to none.
    drop00 : bool, or two of these
        Whether rows in which nobody, or everybody, has the event are left out. What is left out of the pooled
        estimate has no part in Q either.
    correct : bool
        Whether the test of association is corrected for continuity.
    correction : {"cells", "events"}
        "cells": a correction makes another table, from which all else follows. "events", as in the R package meta:
        the risk ratio of a study is that of a table with more events but as many non-events; risk differences,
        pooled and of the studies, are those of the reported risks, and only weights and variances are corrected.
    q_around : {"pooled", "iv"}
        Whether Q is taken around the pooled estimate or around the inverse-variance one.
    rd_variance : {"sato", "gr"}
        The variance of a risk difference: that of Sato, Greenland and Robins, or the older one of Greenland and
        Robins that RevMan uses.
    level : float
        Confidence level.
    labels : str or sequence, optional
        Names of the rows, or their column; by default the column ``study``, ``label`` or ``study_id``, or the index.
    missing : {"raise", "drop"}
        Whether a missing number is an error, or its row is left out with the reason.
    **columns
        For events1, nonevents1 or n1, events2, nonevents2 or n2 (for rates: events1, time1, events2, time2): a
        column's name, an array, a Series with the table's index, or a constant.

    Returns
    -------
    CountsResult
        Ratios on the natural-log scale. With odds ratios also the Cochran–Mantel–Haenszel test of association and
        the Breslow–Day and Tarone tests of homogeneity; with rate ratios a test of association.

    Raises
    ------
    ColumnError, RowError
        Where numbers are not to be found or cannot be used; each is named.
    OptionError, InputError
        Where an option has no such value, or no study informs.

    Notes
    -----
    metafor's ``rma.mh()`` is the default, with the same `add`, `to`, `drop00` and `correct`; the level is a share
    (0.95), not a percentage. There, rows left out of the pooled estimate alone keep their part in Q.
    For ``metabin()`` and ``metainc()`` of the R package meta with ``method="MH"``:

    - ``add=(0.5, 0.5), to=("only0", "only0"), drop00=(True, True), correction="events"``; for risk differences
      ``drop00=False, rd_variance="gr"``;
    - ``MH.exact=TRUE``: ``add=0.5, to="only0"``, the rest as above;
    - ``RR.Cochrane=TRUE``: ``correction="cells"``, the rest as above;
    - ``q_around="iv"`` in ``metainc()``, and in ``metabin()`` unless τ² is estimated by DL.

    The test of association subtracts ½ from the distance between observed and expected events, but never more than
    there is; where that distance is below ½, metafor's statistic is positive and this one 0.

    References
    ----------
    Mantel N, Haenszel W (1959). doi:10.1093/jnci/22.4.719
    Greenland S, Robins JM (1985). doi:10.2307/2530643
    Robins J, Breslow N, Greenland S (1986). doi:10.2307/2531052
    Sato T, Greenland S, Robins JM (1989). doi:10.2307/2531784
    Tarone RE (1985). doi:10.1093/biomet/72.1.91
    Sweeting MJ, Sutton AJ, Lambert PC (2004). doi:10.1002/sim.1761

    Examples
    --------
    >>> found = mantel_haenszel(
    ...     events1=[4, 6, 3, 62], n1=[123, 306, 231, 13598], events2=[11, 29, 11, 248], n2=[139, 303, 220, 12867]
    ... )
    >>> [round(value, 3) for value in found.back_transformed]
    [0.235, 0.182, 0.303]
    >>> round(found.tarone.pvalue, 3)
    0.805
    """
    choices = check_count_choices(
        method=method,
        measure=measure,
        add=add,
        to=to,
        drop00=drop00,
        correct=correct,
        correction=correction,
        q_around=q_around,
        rd_variance=rd_variance,
        level=level,
        missing=missing,
    )
    read = read_rates if choices.rates else read_counts
    return pool_counts(read(table, labels=labels, missing=missing, data=data, **columns), choices)
