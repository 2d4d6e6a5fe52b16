"""Effect sizes and their sampling variances from a table of summary data."""

from __future__ import annotations

import copy
import math
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from ..vocabulary import (
    BinaryMeasure,
    MatchedMeasure,
    Measure,
    MissingPolicy,
    PairedMeasure,
    ProportionMeasure,
    ZeroCellPolicy,
    allowed,
    check_option,
)
from .checks import check_numbers
from .columns import Column, read_columns
from .formulas import FORMULAS
from .notes import Remark, count_remarks, join_remarks, outcome_remarks
from .overflow import compute_rows
from .zero_cells import correct_zero_cells, uninformative_arms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .arrays import BoolArray, FloatArray

__all__ = ["effect_sizes"]

_COUNT_MEASURES = frozenset({*allowed(BinaryMeasure), *allowed(ProportionMeasure), *allowed(MatchedMeasure)})
# Defined at 0 and at n events, so that "only where a zero needs it" is nowhere.
_NEED_NO_CORRECTION = frozenset({"PAS", "PFT"})


def effect_sizes(
    table: pd.DataFrame,
    measure: str,
    *,
    add: float = 0.5,
    to: str = "only0",
    drop00: bool = False,
    vtype: str = "LS",
    correct: bool = True,
    correlation: float | None = None,
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
    MD, SMD, SMDH, ROM                                   mean1 sd1 n1 mean2 sd2 n2
    RR, OR, RD, PETO                                     events1, nonevents1 or n1, events2, nonevents2 or n2
    PR, PLO, PAS, PFT                                    events, nonevents or n
    MC, SMCC, SMCRP, ROMC (the same people twice)        mean1 sd1 mean2 sd2 n r
    SMCR (standardised by ``sd1`` alone)                 mean1 sd1 mean2 n r
    MPRR, MPOR, MPRD, MPORC, MPPETO (pairs, yes or no)   pairs_both pairs_only1 pairs_only2 pairs_neither
    ==================================================== ==========================================================

    Parameters
    ----------
    table : DataFrame of k rows
        Summary data, one row per effect. It is not changed.
    measure : str
        The effect size, as above.
    add : float
        What a zero-cell policy adds to each cell.
    to : {"only0", "all", "if0all", "none"}
        Where it is added: to rows with a zero cell; to all rows; to all rows if any has a zero cell; nowhere. Peto's
        odds ratio and the risk difference need no correction but get it like the others, as in metafor;
        ``to="none"`` leaves them alone. PAS and PFT, defined at any count, are touched by "all" and "if0all" only.
    drop00 : bool
        Whether rows of RR, OR, RD and PETO in which nobody, or everybody, has the event in both arms get no value.
        The row stays.
    vtype : str
        Formula of the variance. "LS": large-sample, for every measure. Also, where the formula modules document them:
        "HO" (equal variances), "LS2", "UB" (unbiased), "H0" (under no effect; the zero is a digit), "AV" and "AVHO"
        (averaged over the rows of this table).
    correct : bool
        Whether to correct SMD and its kin by Hedges' exact factor and ratios of means for the bias of the log.
    correlation : float, optional
        Correlation within pairs for rows where `r` is missing, or for all if there is no such column. To put one
        value in place of all that are reported, pass ``r=0.5``.
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
    options = _checked_options(
        measure, add=add, to=to, drop00=drop00, correct=correct, correlation=correlation, missing=missing
    )
    check_option("vtype", vtype, FORMULAS[measure].variances)
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"the table must be a pandas DataFrame, not {type(table).__name__}")
    fill = correlation if measure in allowed(PairedMeasure) else None
    optional = ("r",) if fill is not None else ()
    found = read_columns(table, measure, columns, optional=optional)
    numbers, fractional = check_numbers(table, measure, found, missing=missing, may_miss=optional)
    remarks: list[Remark] = [(fractional, "counts are not whole numbers")]
    if "r" in FORMULAS[measure].arguments:
        numbers, said = _with_correlation(numbers, fill, len(table))
        remarks.append(said)
    numbers = _with_nonevents(numbers)
    numbers, complete, said = _complete_rows(measure, numbers)
    remarks.append(said)
    names = {role: column.name for role, column in found.items()}
    yi, vi, more = _compute(table, measure, numbers, complete, names=names, vtype=vtype, options=options)
    remarks += [*more, *outcome_remarks(measure, yi, vi, complete)]
    result = table.copy() if append else pd.DataFrame(index=table.index)
    result = result.assign(yi=yi, vi=vi, effect_note=join_remarks(len(table), remarks))
    record = {"measure": measure, "vtype": vtype, **options, "columns": _sources(found)}
    result.attrs = {**copy.deepcopy(table.attrs), "effect_sizes": record}
    return result


def _checked_options(
    measure: str,
    *,
    add: float,
    to: str,
    drop00: bool,
    correct: bool,
    correlation: float | None,
    missing: str,
) -> dict[str, Any]:
    """Return the options as they apply to the measure: None where they do not."""
    check_option("measure", measure, Measure)
    check_option("to", to, ZeroCellPolicy)
    check_option("missing", missing, MissingPolicy)
    if not (_is_real(add) and math.isfinite(add) and add >= 0):
        raise InputError(f"add={add!r} must be a finite number, 0 or more")
    if correlation is not None and not (_is_real(correlation) and -1 < correlation < 1):
        raise InputError(f"correlation={correlation!r} must be a number between −1 and 1, both excluded")
    for name, answer in (("drop00", drop00), ("correct", correct)):
        if not isinstance(answer, bool):
            raise InputError(f"{name}={answer!r} must be True or False")
    counts = measure in _COUNT_MEASURES
    policy = "none" if measure in _NEED_NO_CORRECTION and to == "only0" else to
    return {
        "add": add if counts and policy != "none" else None,
        "to": policy if counts else None,
        "drop00": drop00 if measure in allowed(BinaryMeasure) else None,
        "correct": correct if FORMULAS[measure].corrects else None,
        "correlation": correlation if measure in allowed(PairedMeasure) else None,
        "missing": missing,
    }


def _is_real(value: object) -> bool:
    """Whether it is a number; True and False are answers, not numbers."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _with_correlation(
    numbers: Mapping[str, FloatArray], fill: float | None, rows: int
) -> tuple[dict[str, FloatArray], Remark]:
    """Fill missing correlations with the assumed one, and say which r each row has."""
    reported = numbers.get("r", np.full(rows, np.nan))
    assumed = np.isnan(reported) & (fill is not None)
    r = np.where(assumed, np.nan if fill is None else fill, reported)
    text = [f"r = {value:g}{' assumed' if is_assumed else ''}" for value, is_assumed in zip(r, assumed, strict=True)]
    return {**numbers, "r": r}, (~np.isnan(r), text)


def _with_nonevents(numbers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Fill non-events from group sizes where they are not given."""
    filled = dict(numbers)
    for suffix in ("", "1", "2"):
        events, n = numbers.get(f"events{suffix}"), numbers.get(f"n{suffix}")
        if events is None or n is None:
            continue
        given = numbers.get(f"nonevents{suffix}", np.full(events.shape, np.nan))
        filled[f"nonevents{suffix}"] = np.where(np.isnan(given), np.maximum(n - events, 0), given)
    return filled


def _complete_rows(measure: str, numbers: Mapping[str, FloatArray]) -> tuple[dict[str, FloatArray], BoolArray, Remark]:
    """Blank the rows that lack a number, so that no half of an effect survives, and name what they lack."""
    arguments = FORMULAS[measure].arguments
    absent = {role: np.isnan(numbers[role]) for role in arguments}
    complete = ~np.any(list(absent.values()), axis=0)
    blanked = {role: np.where(complete, numbers[role], np.nan) for role in arguments}
    lacking = [", ".join(role for role in arguments if absent[role][i]) for i in range(complete.size)]
    return blanked, complete, (~complete, [f"no value: missing {names}" for names in lacking])


def _compute(
    table: pd.DataFrame,
    measure: str,
    numbers: Mapping[str, FloatArray],
    complete: BoolArray,
    *,
    names: Mapping[str, str],
    vtype: str,
    options: Mapping[str, Any],
) -> tuple[FloatArray, FloatArray, list[Remark]]:
    correct = bool(options["correct"])
    if measure not in _COUNT_MEASURES:
        return *compute_rows(table, measure, numbers, names=names, vtype=vtype, correct=correct), []
    roles = FORMULAS[measure].arguments
    before = np.array([numbers[role] for role in roles])
    dropped = np.zeros(complete.shape, dtype=np.bool_)
    if options["drop00"]:
        none, everyone = uninformative_arms(before)
        dropped = none | everyone
    add = options["add"] or 0.0
    corrected = correct_zero_cells(np.where(dropped, np.nan, before), add=add, to=options["to"])
    cells = dict(zip(roles, corrected.cells, strict=True))
    yi, vi = compute_rows(table, measure, cells, names=names, vtype=vtype, correct=correct)
    return yi, vi, count_remarks(measure, before, corrected, add=add, dropped=dropped, yi=yi)


def _sources(columns: Mapping[str, Column]) -> dict[str, str]:
    return {role: column.source for role, column in columns.items()}
