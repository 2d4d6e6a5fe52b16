"""What is said about each row: what was done to it, or why it has no value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..vocabulary import BinaryMeasure, PersonTimeMeasure, allowed
from .arrays import BoolArray, FloatArray
from .zero_cells import CorrectedCells, uninformative_arms

__all__ = ["Remark", "count_remarks", "join_remarks", "outcome_remarks"]

Remark = tuple[BoolArray, str | Sequence[str]]

_STANDARDISED = frozenset({"SMD", "SMDH", "SMD1", "SMD1H", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH", "PPCR", "PPCP"})
_RATIOS_OF_MEANS = frozenset({"ROM", "ROMC", "CVR", "CVRC"})
_IMPLAUSIBLE = 3.0
_LOG_MEAN = "the mean is not above 0: its logarithm needs a scale with a true zero"
_BEYOND = "a predictor cannot explain more than all of them: the semi-partial correlation and R² contradict each other"
_NO_VARIANCE = {
    "RTET": "a zero cell: at the end of its range, where it has no variance",
    "MPORM": "no table of pairs has these margins and this correlation: no variance",
}
_NO_EFFECT = {
    "MNLN": _LOG_MEAN,
    "CVLN": _LOG_MEAN,
    "SMN": "too few people: Hedges' factor does not exist",
    "UCOR": "too few people: the bias of a correlation of 4 or fewer cannot be corrected",
    "SPCOR": _BEYOND,
    "ZSPCOR": _BEYOND,
    "ZR2": "an R² of 1 has no Fisher z",
    "ZBIS": "a biserial correlation beyond ±1 has no Fisher z",
    "ABT": "an alpha of 1 has no logarithm of 1 − alpha",
    "REH": "a genotype that nobody has: not estimable",
}


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
    measure: str,
    before: FloatArray,
    corrected: CorrectedCells,
    *,
    add: str,
    dropped: BoolArray,
    yi: FloatArray,
    reach: str = "cells",
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
    add : str
        What the policy adds, in words.
    dropped : ndarray of bool of shape (k,)
        Rows left out because neither arm informs.
    yi : ndarray of shape (k,)
        The effects.
    reach : {"cells", "events", "variance"}
        Whether it was added to all cells, to the events alone, or to all cells but for the variance alone.

    Returns
    -------
    list of remarks
    """
    zero, changed = corrected.zero, corrected.changed
    cells = {4: "all four cells", 1: "the events"}.get(len(before), "events and non-events")
    kind = {4: "a zero cell", 1: "no events"}.get(len(before), "none or all had the event")
    if measure in allowed(PersonTimeMeasure):
        cells, kind = "the events of both groups", "no events in a group"
    elif reach == "events":
        cells = "the events"
    elif reach == "variance":
        cells = f"{cells} for the variance alone"
    remarks: list[Remark] = [
        (changed & zero, f"{add} added to {cells}: {kind}"),
        (changed & ~zero, f"{add} added to {cells}"),
    ]
    none = everyone = np.zeros(zero.shape, dtype=np.bool_)
    if measure in allowed(BinaryMeasure) or measure in allowed(PersonTimeMeasure):
        none, everyone = uninformative_arms(before)
    source = "variance" if reach == "variance" else "value"
    lost = np.isnan(yi) & ~np.isnan(before).any(axis=0) & ~dropped
    for where, text in ((none, "no events in either arm"), (everyone, "everyone had the event in both arms")):
        remarks += [
            (where & dropped, f"{text}: left out (drop00)"),
            (where & lost, f"{text}: not estimable"),
            (where & changed & ~lost, f"{text}: the {source} comes from what was added"),
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
    if measure in _RATIOS_OF_MEANS:
        remarks.append((no_effect, "the means are not both above 0: a ratio needs a scale with a true zero"))
    elif measure in _NO_EFFECT:
        remarks.append((no_effect, _NO_EFFECT[measure]))
    elif measure in _STANDARDISED:
        remarks.append((no_effect, "too few people: Hedges' factor does not exist"))
        with np.errstate(invalid="ignore"):
            large = np.abs(yi) > _IMPLAUSIBLE
        text = [f"|g| = {abs(value):.1f} is implausibly large: was a standard error typed as an SD?" for value in yi]
        remarks.append((large, text))
    without = _NO_VARIANCE.get(measure, "too few people for this variance formula")
    remarks.append((complete & ~np.isnan(yi) & np.isnan(vi), without))
    remarks.append((vi == 0, "the sampling variance is 0: it cannot be weighted"))
    return remarks
