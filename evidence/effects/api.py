"""Effect sizes and their sampling variances from a table of summary data."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError, Problem, RowError
from ..vocabulary import check_flag, check_option
from .checks import check_numbers, row_places
from .columns import Column, read_columns
from .formulas import FORMULAS
from .from_group_tests import REPORTED_ROLES, STAND_INS, fill_from_group_tests
from .from_tests import fill_from_tests
from .measures import null_value
from .notes import Remark, join_remarks, outcome_remarks
from .options import checked_options, has_pairs
from .rows import complete_rows, compute, with_correlations, with_nonevents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .arrays import BoolArray, FloatArray

__all__ = ["effect_sizes"]


def effect_sizes(
    table: pd.DataFrame,
    measure: str,
    *,
    add: float | str = 0.5,
    to: str | None = None,
    drop00: bool = False,
    correction: str = "cells",
    vtype: str = "LS",
    correct: bool = True,
    factor: str = "exact",
    correlation: float | None = None,
    flip: bool = False,
    missing: str = "raise",
    append: bool = True,
    **columns: str | float | npt.ArrayLike | pd.Series[Any],
) -> pd.DataFrame:
    """Return an effect size and its sampling variance for each row of a table.

    Differences are group 1 minus group 2 and ratios group 1 over group 2, on the natural-log scale; group 1 is the
    intervention (or, for pairs, the treated side or the later time).

    ==================================================== ==========================================================
    measure                                              numbers (columns of these names, or mapped by keyword)
    ==================================================== ==========================================================
    MD, SMD, SMDH, SMD1H, ROM, D2OR, D2ORN, D2ORL, CVR,  mean1 sd1 n1 mean2 sd2 n2
    CLESN, AUCN, RPB, ZPB, RBIS, ZBIS
    SMD1 (standardised by ``sd2`` alone)                 mean1 n1 mean2 sd2 n2
    VR                                                   sd1 n1 sd2 n2
    CLES, AUC                                            auc n1 n2
    RR, OR, RD, AS, PETO, PHI, ZPHI, YUQ, YUY, RTET,     events1, nonevents1 or n1, events2, nonevents2 or n2
    ZTET, PBIT, OR2D, OR2DN, OR2DL
    IRR, IRD, IRSD                                       events1 time1 events2 time2
    MC, SMCC, SMCRH, SMCRP, SMCRPH, ROMC, CVRC, CLESCN,  mean1 sd1 mean2 sd2 n r
    AUCCN (the same people twice)
    SMCR (standardised by ``sd1`` alone)                 mean1 sd1 mean2 n r
    VRC                                                  sd1 sd2 n r
    PPCM (two groups before and after)                   mean_post1 sd_post1 mean_pre1 sd_pre1 n1 r1 mean_post2 …
    PPCR, PPCP                                           mean_post1 mean_pre1 sd_pre1 n1 r1 mean_post2 …
    MPRR, MPOR, MPRD, MPORC, MPPETO (pairs, yes or no)   pairs_both pairs_only1 pairs_only2 pairs_neither
    MPORM (their margins)                                as OR, and r
    PR, PLN, PLO, PRZ, PAS, PFT                          events, nonevents or n
    IR, IRLN, IRS, IRFT                                  events time
    MN, MNLN, SMN, CVLN; SDLN                            mean sd n; sd n
    COR, UCOR, ZCOR                                      r, t or pvalue; n
    PCOR, ZPCOR; SPCOR, ZSPCOR                           r, t or pvalue; n m; and r2
    R2, ZR2                                              r2, f or pvalue; n m
    ARAW, AHW, ABT                                       alpha m n
    REH                                                  homozygous1 heterozygous homozygous2
    ==================================================== ==========================================================

    Where means and standard deviations were not reported, SMD, D2OR, D2ORN, D2ORL, RPB, ZPB, RBIS, ZBIS and SMCC take
    the standardised difference ``d``, the ``t`` of a t-test (of two groups; of pairs for SMCC) or its two-sided
    ``pvalue`` with the sign of the effect, with the sizes. They are read only if mapped by keyword, and used only in
    rows without means.

    Parameters
    ----------
    table : DataFrame of k rows
        Summary data, one row per effect. It is not changed.
    measure : str
        The effect size, as above.
    add : float or "TACC"
        What a zero-cell policy adds to each cell. "TACC", the treatment-arm correction, adds to the cells of each of
        two groups that group's share of all people.
    to : {"only0", "all", "if0all", "none"}, optional
        Where it is added: to rows with a zero cell; to all rows; to all rows if any has a zero cell; nowhere. Without a
        choice it is "none" for AS, PHI, ZPHI, RTET, ZTET, IRSD, PAS, PFT, IRS and IRFT, which a zero cell leaves
        defined, and "only0" for the others. Peto's odds ratio and the risk difference need no correction but get it
        like the others, as in metafor; ``to="none"`` leaves them alone.
    drop00 : bool
        Whether rows of two groups in which nobody, or everybody, has the event in both get no value. The row stays.
    correction : {"cells", "events"}
        What the addition reaches in RR, RD and PR. "cells": all cells, and so the totals. "events", as in R's meta: in
        RR the events and the total, not the non-events; in RD and PR the variance, not the effect.
    vtype : str
        Formula of the variance. "LS": large-sample, for every measure. Also, where the formula modules document them:
        "HO" (equal variances), "LS2", "UB" (unbiased), "H0" (under no effect; the zero is a digit), "AV" and "AVHO"
        (averaged over the rows of this table), "ST" and "CS" (group sizes fixed, or only their sum), "DF", "RM" and
        "UBG" (the standardised differences of R's meta and of Review Manager).
    correct : bool
        Whether to correct standardised differences by Hedges' factor, and ratios of means or of spread for the bias
        of the log.
    factor : {"exact", "approximate"}
        Hedges' factor itself, or 1 − 3/(4m − 1) with m degrees of freedom.
    correlation : float, optional
        Correlation within pairs for rows where `r` is missing, or for all if there is no such column; only for
        measures of pairs. To put one value in place of all that are reported, pass ``r=0.5``.
    flip : bool
        Whether to swap the groups in the result: the sign turns, and a probability becomes 1 minus itself. The variance
        stays.
    missing : {"raise", "keep"}
        Whether a missing number is an error, or its row is kept without a value.
    append : bool
        Whether to return the table's columns as well. Columns of the names ``yi``, ``vi`` and ``effect_note`` are
        replaced.
    **columns
        For each number above: a column's name, an array, a Series with the table's index, or a constant.

    Returns
    -------
    DataFrame of k rows
        The index and order of the table, with ``yi``, ``vi`` and ``effect_note``: what was done to the row, or why it
        has no value (NaN). ``attrs["effect_sizes"]`` is a dict of every choice made; None where a choice does not
        apply.

    Raises
    ------
    ColumnError
        If a column is missing or a keyword is none of the measure's numbers.
    RowError
        If values cannot be used; it names each: text, infinity, missing, a standard deviation not above 0, fewer
        than 2 people behind a mean, more events than people, a correlation not between −1 and 1, numbers too large
        or too small to square.
    OptionError, InputError
        If an option has no such value.

    See Also
    --------
    evidence.effects.back_transform : From the pooled scale to the one that people read.

    Examples
    --------
    >>> trials = pd.DataFrame({"events1": [4, 0], "n1": [123, 30], "events2": [11, 3], "n2": [139, 28]})
    >>> effect_sizes(trials, "RR", append=False).round(4)
           yi      vi                              effect_note
    0 -0.8893  0.3256
    1 -2.0126  2.2190  0.5 added to all four cells: a zero cell
    """
    options = checked_options(
        measure,
        add=add,
        to=to,
        drop00=drop00,
        correction=correction,
        correct=correct,
        factor=factor,
        correlation=correlation,
        flip=flip,
        missing=missing,
    )
    check_option("vtype", vtype, FORMULAS[measure].variances)
    check_flag("append", append)
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"the table must be a pandas DataFrame, not {type(table).__name__}")
    found, numbers, remarks = _read(table, measure, columns, fill=options["correlation"], missing=missing)
    numbers, complete, said = complete_rows(measure, numbers)
    remarks += said
    names = {role: column.name for role, column in found.items()}
    yi, vi, more = compute(table, measure, numbers, complete, names=names, vtype=vtype, options=options)
    remarks += [*more, *outcome_remarks(measure, yi, vi, complete)]
    if flip:
        yi = 2 * (null_value(measure, back_transformed=False) or 0.0) - yi
    result = table.copy() if append else pd.DataFrame(index=table.index)
    result = result.assign(yi=yi, vi=vi, effect_note=join_remarks(len(table), remarks))
    record = {"measure": measure, "vtype": vtype, **options, "columns": _sources(found)}
    result.attrs = {**copy.deepcopy(table.attrs), "effect_sizes": record}
    return result


def _read(
    table: pd.DataFrame, measure: str, columns: Mapping[str, Any], *, fill: float | None, missing: str
) -> tuple[dict[str, Column], dict[str, FloatArray], list[Remark]]:
    """Return the columns, their numbers with what can be filled in, and what is to be said about that."""
    instead = [role for role in REPORTED_ROLES if measure in STAND_INS and role in columns]
    optional: tuple[str, ...] = ("r", "r1", "r2") if has_pairs(measure) and fill is not None else ()
    if instead:
        optional = ("mean1", *STAND_INS[measure].constants)
    found = read_columns(table, measure, columns, optional=optional, instead=instead)
    numbers, fractional = check_numbers(table, measure, found, missing=missing, may_miss=optional)
    remarks: list[Remark] = [(fractional, "counts are not whole numbers")]
    if instead:
        numbers, filled = fill_from_group_tests(measure, numbers, len(table))
        remarks += filled
        if missing == "raise":
            filled_later = {"r"} if fill is not None else set()
            roles = {"mean1", *STAND_INS[measure].constants} - filled_later
            _refuse_empty(table, measure, instead, np.any([np.isnan(numbers[role]) for role in roles], axis=0))
    if has_pairs(measure):
        numbers, said = with_correlations(measure, numbers, fill, len(table))
        remarks += said if not instead else []
    numbers, filled = fill_from_tests(measure, with_nonevents(numbers), len(table))
    return found, numbers, remarks + filled


def _refuse_empty(table: pd.DataFrame, measure: str, instead: list[str], lacking: BoolArray) -> None:
    """Name the rows with neither means nor anything that stands in for them."""
    places = row_places(table)
    roles = " or ".join(instead)
    problems = [
        Problem(message=f"neither means with SDs nor {roles}", row=places.rows[p], study=places.studies[p])
        for p in map(int, np.flatnonzero(lacking))
    ]
    if problems:
        some = f"{len(problems)} row{'s' if len(problems) != 1 else ''} cannot be used for {measure}"
        raise RowError(f'{some}; nothing was computed; missing="keep" would keep them, without an effect', problems)


def _sources(columns: Mapping[str, Column]) -> dict[str, str]:
    return {role: column.source for role, column in columns.items()}
