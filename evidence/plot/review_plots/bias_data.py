"""What risk-of-bias figures show: trials by form, judgements by domain, weights; plain data without any statistic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from .bias_symbols import JUDGEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OVERALL", "BiasData", "BiasForm", "BiasRow"]

OVERALL = "Overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasRow:
    """One trial.

    Attributes
    ----------
    label : str
        Its name.
    judgements : tuple of str
        One for each domain of the form, as ``some-concerns``; empty text where nobody judged.
    overall : str
        The overall judgement.
    weight : float or None
        Its weight in a synthesis, in percent; None where there is none.
    """

    label: str
    judgements: tuple[str, ...]
    overall: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasForm:
    """The trials that were judged with one form.

    Attributes
    ----------
    title : str
        The form, as ``RoB 2 for parallel-group trials``; for trials that nobody judged, that.
    domains : tuple of (str, str)
        A sign of one to three letters for each domain, as ``D1``, and what it is about.
    rows : tuple of BiasRow
        The trials.
    """

    title: str
    domains: tuple[tuple[str, str], ...]
    rows: tuple[BiasRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasData:
    """Everything that traffic lights and summary bars show.

    Attributes
    ----------
    forms : tuple of BiasForm
        The forms; each has columns of its own, since the same sign means another domain in another tool.
    title : str
        What was judged, as a synthesis's label; empty for all trials of a base.
    notes : tuple of str
        Lines under the figure.

    Raises
    ------
    InputError
        If there is no trial, a trial has not one judgement for each domain or one that no tool has, or only some of the
        trials have weights.

    Examples
    --------
    >>> row = BiasRow(label="Ash 2019", judgements=("low", "high"), overall="high")
    >>> form = BiasForm(title="RoB 2", domains=(("D1", "randomisation"), ("D2", "deviations")), rows=(row,))
    >>> BiasData(forms=(form,)).weighted
    False
    """

    forms: tuple[BiasForm, ...]
    title: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InputError("the judgements cannot be drawn: " + "; ".join(faults))

    @property
    def rows(self) -> tuple[BiasRow, ...]:
        """All trials."""
        return tuple(row for form in self.forms for row in form.rows)

    @property
    def weighted(self) -> bool:
        """Whether the trials have weights."""
        return all(row.weight is not None for row in self.rows)

    @property
    def shown(self) -> tuple[str, ...]:
        """The judgements that occur, from best to worst, then those that are none."""
        found = {judgement for row in self.rows for judgement in (*row.judgements, row.overall)}
        return tuple(judgement for judgement in JUDGEMENTS if judgement in found)


def _faults(data: BiasData) -> Iterator[str]:
    if not data.rows:
        yield "there is no trial"
    for form in data.forms:
        for row in form.rows:
            if len(row.judgements) != len(form.domains):
                yield f"{row.label} has {len(row.judgements)} judgements for {len(form.domains)} domains"
            unknown = [name for name in (*row.judgements, row.overall) if name not in JUDGEMENTS]
            if unknown:
                yield f"{row.label}: no tool has the judgement {unknown[0]!r}; there are {', '.join(JUDGEMENTS[:-1])}"
            if row.weight is not None and not 0 <= row.weight <= 100 + 1e-6:
                yield f"{row.label}: its weight, {row.weight:g}, is not a percentage"
    if len({row.weight is None for row in data.rows}) > 1:
        yield "some trials have a weight and others have none"
