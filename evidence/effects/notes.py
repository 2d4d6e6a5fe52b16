"""What is said about each row: what was done to it, or why it has no value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..vocabulary import BinaryMeasure, allowed
from .arrays import BoolArray, FloatArray
from .zero_cells import CorrectedCells, uninformative_arms

__all__ = ["Remark", "count_remarks", "join_remarks", "outcome_remarks"]

Remark = tuple[BoolArray, str | Sequence[str]]

_STANDARDISED = frozenset({"SMD", "SMDH", "SMCC", "SMCR", "SMCRP"})
_IMPLAUSIBLE = 3.0


def join_remarks(rows: int, remarks: Iterable[Remark]) -> list[str]:
    """Return one note per row: the remarks that apply to it, in order, parted by semicolons.

    Parameters
    ----------
    rows : int
        Number of rows, k.
    remarks : iterable of (ndarray of bool of shape (k,), str or sequence of k str)
        Where a remark applies, and its text, the same for all or one per row.

    Examples
    --------
    >>> import numpy as np
    >>> join_remarks(2, [(np.array([True, False]), "a zero cell"), (np.array([True, True]), "r = 0.5 assumed")])
    ['a zero cell; r = 0.5 assumed', 'r = 0.5 assumed']
    """
    parts: list[list[str]] = [[] for _ in range(rows)]
    for where, text in remarks:
        for position in np.flatnonzero(where).tolist():
            parts[position].append(text if isinstance(text, str) else text[position])
    return ["; ".join(part) for part in parts]


def count_remarks(
    measure: str, before: FloatArray, corrected: CorrectedCells, *, add: float, dropped: BoolArray, yi: FloatArray
) -> list[Remark]:
    """Return what is to be said about zero cells.

    Parameters
    ----------
    measure : str
        A measure of counts.
    before : ndarray of shape (cells, k)
        The cells as reported.
    corrected : CorrectedCells
        The cells after the zero-cell policy.
    add : float
        What the policy adds.
    dropped : ndarray of bool of shape (k,)
        Rows left out because neither arm informs.
    yi : ndarray of shape (k,)
        The effects.

    Returns
    -------
    list of remarks
    """
    zero, changed = corrected.zero, corrected.changed
    cells = "all four cells" if len(before) == 4 else "events and non-events"
    kind = "a zero cell" if len(before) == 4 else "none or all had the event"
    remarks: list[Remark] = [
        (changed & zero, f"{add:g} added to {cells}: {kind}"),
        (changed & ~zero, f"{add:g} added to {cells}"),
    ]
    none = everyone = np.zeros(zero.shape, dtype=np.bool_)
    if measure in allowed(BinaryMeasure):
        none, everyone = uninformative_arms(before)
    lost = np.isnan(yi) & ~np.isnan(before).any(axis=0) & ~dropped
    for where, text in ((none, "no events in either arm"), (everyone, "everyone had the event in both arms")):
        remarks += [
            (where & dropped, f"{text}: left out (drop00)"),
            (where & lost, f"{text}: not estimable"),
            (where & changed & ~lost, f"{text}: the value comes from what was added"),
        ]
    rest = lost & ~none & ~everyone
    advice = "no discordant pairs" if measure == "MPPETO" else f"{kind}: not estimable without a correction"
    return [*remarks, (rest, advice)]


def outcome_remarks(measure: str, yi: FloatArray, vi: FloatArray, complete: BoolArray) -> list[Remark]:
    """Return what is to be said about the effects themselves.

    Parameters
    ----------
    measure : str
        The measure.
    yi, vi : ndarray of shape (k,)
        Effects and their sampling variances.
    complete : ndarray of bool of shape (k,)
        Rows with every number that the measure needs.

    Returns
    -------
    list of remarks
    """
    remarks: list[Remark] = []
    no_effect = complete & np.isnan(yi)
    if measure in {"ROM", "ROMC"}:
        remarks.append((no_effect, "the means are not both above 0: a ratio needs a scale with a true zero"))
    elif measure in _STANDARDISED:
        remarks.append((no_effect, "too few people: Hedges' factor does not exist"))
        with np.errstate(invalid="ignore"):
            large = np.abs(yi) > _IMPLAUSIBLE
        text = [f"|g| = {abs(value):.1f} is implausibly large: was a standard error typed as an SD?" for value in yi]
        remarks.append((large, text))
    remarks.append((complete & ~np.isnan(yi) & np.isnan(vi), "too few people for this variance formula"))
    remarks.append((vi == 0, "the sampling variance is 0: it cannot be weighted"))
    return remarks
