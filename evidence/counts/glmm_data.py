"""From what the caller has to the studies of a generalised linear mixed model: counts, moderators, what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InputError
from ..pool.design import Design, build_design, mean_design
from ..pool.inputs import read_studies
from .glmm_models import uninformative
from .reading import read_counts, read_group_rates, read_proportions, read_rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..effects.arrays import BoolArray, FloatArray
    from .reading import Values
    from .tables import CountTable

__all__ = ["CountStudies", "read_count_studies"]

_MODERATOR_LEAST, _MODERATOR_MOST = 1e-50, 1e50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountStudies:
    """The rows of a count table, and which of them are in the model.

    Attributes
    ----------
    table : CountTable
        The counts of all n rows.
    columns : tuple of str
        What the numbers of `table` are.
    included : ndarray of bool, shape (n,)
        Which rows are in the model; there are k.
    reasons : dict of int to str
        For each row that is left out, its position and why.
    design : Design
        Moderators of the included rows.
    """

    table: CountTable
    columns: tuple[str, ...]
    included: BoolArray
    reasons: dict[int, str]
    design: Design

    @property
    def numbers(self) -> FloatArray:
        """The counts of the included rows, shape (columns, k)."""
        return self.table.numbers[:, self.included]

    @property
    def labels(self) -> pd.Index:
        """Names of the included rows."""
        names: pd.Index = self.table.all_labels[self.included]
        return names

    def to_frame(self) -> pd.DataFrame:
        """Return one row per row given: its counts, whether it is in the model, and why not."""
        frame = pd.DataFrame({"study": self.table.all_labels})
        for name, values in zip(self.columns, self.table.numbers, strict=True):
            frame[name] = values
        frame["included"] = self.included
        frame["reason"] = [self.reasons.get(row, "") for row in range(len(frame))]
        return frame


def read_count_studies(
    table: pd.DataFrame | None,
    measure: str,
    *,
    mods: Any,
    intercept: bool,
    labels: str | Sequence[object] | None,
    missing: str,
    data: pd.DataFrame | None,
    columns: dict[str, Values],
    keep_uninformative: bool,
) -> CountStudies:
    """Read the counts and moderators of a measure.

    Parameters
    ----------
    measure : str
        One with two groups of people (OR, RR, RD) or of person-time (IRR), or with one (PLO, PR, PLN; IRLN).
    keep_uninformative : bool
        Whether studies without events in either group, or with nothing else, stay in.

    Other parameters are those of `evidence.counts.glmm`.

    Raises
    ------
    ColumnError, RowError, InputError
        Where numbers are not to be found or cannot be used, or no study informs.
    """
    counts, names = _read(table, measure, labels=labels, missing=missing, data=data, columns=columns)
    given = data if table is None else table
    included, reasons = counts.included.copy(), dict(counts.reasons)
    checked = None
    if mods is not None:
        n = len(included)
        checked = read_studies(
            np.zeros(n), np.ones(n), sei=None, mods=mods, data=given, labels=list(counts.all_labels), missing=missing
        )
        reasons = {**checked.reasons, **reasons}
        included &= checked.included
    if not keep_uninformative:
        for reason, rows in uninformative(counts.numbers, measure).items():
            for row in np.flatnonzero(rows & included):
                reasons[int(row)] = f"{reason}: says nothing about the effect"
            included &= ~rows
    if not included.any():
        raise InputError(f"no study informs about the {measure}; see why: {'; '.join(sorted(set(reasons.values())))}")
    included.setflags(write=False)
    return CountStudies(
        table=counts,
        columns=names,
        included=included,
        reasons=dict(sorted(reasons.items())),
        design=_design(checked, included, counts.all_labels[included], intercept=intercept),
    )


def _read(
    table: pd.DataFrame | None,
    measure: str,
    *,
    labels: str | Sequence[object] | None,
    missing: str,
    data: pd.DataFrame | None,
    columns: dict[str, Values],
) -> tuple[CountTable, tuple[str, ...]]:
    if measure == "IRLN":
        rates = read_group_rates(table, labels=labels, missing=missing, data=data, **columns)
        return rates, ("events", "time")
    if measure == "IRR":
        pairs = read_rates(table, labels=labels, missing=missing, data=data, **columns)
        return pairs, ("events1", "time1", "events2", "time2")
    if measure in ("PLO", "PR", "PLN"):
        proportions = read_proportions(table, labels=labels, missing=missing, data=data, **columns)
        return proportions, ("events", "n")
    counts = read_counts(table, labels=labels, missing=missing, data=data, **columns)
    return counts, ("events1", "nonevents1", "events2", "nonevents2")


def _design(checked: Any, included: BoolArray, labels: pd.Index, *, intercept: bool) -> Design:
    """Return the design of the included rows."""
    if checked is None:
        if not intercept:
            raise InputError("without an intercept and without moderators there is nothing to estimate")
        return mean_design(len(labels))
    kept = included[checked.included]
    moderators = checked.moderators if isinstance(checked.moderators, str) else checked.moderators[kept]
    data = checked.data[kept] if checked.data is not None else None
    return _checked_sizes(build_design(moderators, data, intercept=intercept, labels=labels))


def _checked_sizes(design: Design) -> Design:
    """Refuse moderators whose squares leave the range of the likelihood's derivatives."""
    largest = np.abs(design.matrix).max(axis=0)
    wrong = [
        f"{name} (up to {size:g})"
        for name, size in zip(design.names, largest, strict=True)
        if size > 0 and not _MODERATOR_LEAST <= size <= _MODERATOR_MOST
    ]
    if wrong:
        raise InputError(
            f"the moderator {', '.join(wrong)} is too large or too small to compute with; give it in a unit in which "
            f"its values lie between {_MODERATOR_LEAST:g} and {_MODERATOR_MOST:g}"
        )
    return design
