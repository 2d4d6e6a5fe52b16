"""The numbers of each row on their way to a formula: what is filled in, what is lacking, what is added to zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .formulas import FORMULAS, apply_formula
from .notes import Remark, count_remarks
from .options import COUNT_MEASURES, TREATMENT_ARM
from .overflow import compute_rows
from .zero_cells import correct_zero_cells, treatment_arm_addition, uninformative_arms

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .arrays import BoolArray, FloatArray

__all__ = ["complete_rows", "compute", "with_correlations", "with_nonevents"]

_CELLS = ("events", "nonevents", "pairs")
_CORRELATIONS = ("r", "r1", "r2")


def with_correlations(
    measure: str, numbers: Mapping[str, FloatArray], fill: float | None, rows: int
) -> tuple[dict[str, FloatArray], list[Remark]]:
    """Fill missing correlations with the assumed one, and say which r each row has.

    Examples
    --------
    >>> numbers, remarks = with_correlations("MC", {"r": np.array([0.62, np.nan])}, 0.5, 2)
    >>> numbers["r"], remarks[0][1]
    (array([0.62, 0.5 ]), ['r = 0.62', 'r = 0.5 assumed'])
    """
    filled = dict(numbers)
    remarks: list[Remark] = []
    for role in _CORRELATIONS:
        if role not in FORMULAS[measure].arguments:
            continue
        reported = numbers.get(role, np.full(rows, np.nan))
        assumed = np.isnan(reported) & (fill is not None)
        r = np.where(assumed, np.nan if fill is None else fill, reported)
        origin = np.where(assumed, " assumed", "")
        filled[role] = r
        remarks.append((~np.isnan(r), [f"{role} = {value:g}{how}" for value, how in zip(r, origin, strict=True)]))
    return filled, remarks


def with_nonevents(numbers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Fill non-events from group sizes where they are not given.

    Examples
    --------
    >>> with_nonevents({"events": np.array([3.0]), "n": np.array([10.0])})["nonevents"]
    array([7.])
    """
    filled = dict(numbers)
    for suffix in ("", "1", "2"):
        events, n = numbers.get(f"events{suffix}"), numbers.get(f"n{suffix}")
        if events is None or n is None:
            continue
        given = numbers.get(f"nonevents{suffix}", np.full(events.shape, np.nan))
        filled[f"nonevents{suffix}"] = np.where(np.isnan(given), np.maximum(n - events, 0), given)
    return filled


def complete_rows(
    measure: str, numbers: Mapping[str, FloatArray]
) -> tuple[dict[str, FloatArray], BoolArray, list[Remark]]:
    """Blank the rows that lack a number, so that no half of an effect survives, and name what they lack.

    Examples
    --------
    >>> numbers = {"events": np.array([3.0, np.nan]), "nonevents": np.array([7.0, 5.0])}
    >>> blanked, complete, remarks = complete_rows("PR", numbers)
    >>> blanked["nonevents"], complete, remarks[0][1][1]
    (array([ 7., nan]), array([ True, False]), 'no value: missing events')
    """
    arguments = FORMULAS[measure].arguments
    absent = {role: np.isnan(numbers[role]) for role in arguments}
    complete = ~np.any(list(absent.values()), axis=0)
    blanked = {role: np.where(complete, numbers[role], np.nan) for role in arguments}
    lacking = [", ".join(role for role in arguments if absent[role][i]) for i in range(complete.size)]
    remarks: list[Remark] = [(~complete, [f"no value: missing {names}" for names in lacking])]
    if measure == "MPORM":
        n1, n2 = blanked["events1"] + blanked["nonevents1"], blanked["events2"] + blanked["nonevents2"]
        differ = complete & (np.abs(n1 - n2) > 1e-9 * np.abs(n1))
        remarks.append((differ, "the margins are of different numbers of pairs: their mean is used"))
    return blanked, complete, remarks


def compute(
    table: pd.DataFrame,
    measure: str,
    numbers: Mapping[str, FloatArray],
    complete: BoolArray,
    *,
    names: Mapping[str, str],
    vtype: str,
    options: Mapping[str, Any],
) -> tuple[FloatArray, FloatArray, list[Remark]]:
    """Return effects, variances and what is to be said about zero cells.

    Parameters
    ----------
    table, measure, numbers, names, vtype
        As for :func:`~evidence.effects.overflow.compute_rows`.
    complete : ndarray of bool of shape (k,)
        Rows with every number.
    options : mapping
        From :func:`~evidence.effects.options.checked_options`.

    Returns
    -------
    yi, vi : ndarray of shape (k,)
    remarks : list of remarks
    """
    how: dict[str, Any] = {"correct": bool(options["correct"]), "factor": options["factor"] or "exact"}
    if measure not in COUNT_MEASURES:
        return *compute_rows(table, measure, numbers, names=names, vtype=vtype, **how), []
    roles = [role for role in FORMULAS[measure].arguments if role.startswith(_CELLS)]
    before = np.array([numbers[role] for role in roles])
    dropped = np.zeros(complete.shape, dtype=np.bool_)
    if options["drop00"]:
        none, everyone = uninformative_arms(before)
        dropped = none | everyone
    by_arm = options["add"] == TREATMENT_ARM
    add = treatment_arm_addition(before) if by_arm else options["add"] or 0.0
    corrected = correct_zero_cells(np.where(dropped, np.nan, before), add=add, to=options["to"])
    cells = {**numbers, **dict(zip(roles, corrected.cells, strict=True))}
    reach = "cells"
    if options["correction"] == "events":
        reach = "events" if measure == "RR" else "variance"
    if reach == "events":
        cells = {**cells, **{role: numbers[role] for role in roles if role.startswith("nonevents")}}
    yi, vi = compute_rows(table, measure, cells, names=names, vtype=vtype, **how)
    if reach == "variance":
        reported, _ = apply_formula(measure, numbers, vtype=vtype, correct=how["correct"])
        yi = np.where(np.isnan(yi), np.nan, reported)
    said = "each group's share of 1" if by_arm else f"{add:g}"
    more = count_remarks(
        measure,
        before,
        corrected,
        add=said,
        dropped=dropped,
        yi=yi,
        reach=reach,
    )
    return yi, vi, more
