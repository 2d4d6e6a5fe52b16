"""Published results on one outcome side by side: a forest plot in which nothing is pooled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...errors import InputError, UnknownIdError
from ...plot.forest_plot.data import ForestData, ForestRow
from .overlap import overlap_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .rows import PublishedResult
    from .table import ReviewTable

__all__ = ["reviews_forest"]

_MARK = "†"
_WORDS = {"MD": "Mean difference", "SMD": "Standardised mean difference", "RR": "Risk ratio", "OR": "Odds ratio"}
_LEVEL = 0.95
_YEAR = re.compile(r"(?<=[^\W\d])(?=(?:19|20)\d\d(?!\d))")
_GRAVE = ("impossible", "inconsistent", "unusual")


def reviews_forest(table: ReviewTable, *, outcome: str, measure: str = "", comparison: str = "") -> ForestData:
    """Return a forest plot of published results on one outcome, by comparison, with nothing pooled.

    Squares are of one size, since the results share trials and weights would say what nobody computed. A result that
    is printed without an interval, with one of another level, or with numbers that contradict one another has a row
    with what is printed. One against which a finding stands is marked.

    Parameters
    ----------
    table : ReviewTable
        What `review_table` returned.
    outcome : str
        The outcome, in words that reviews share: capitals, units and words such as *total* play no part.
    measure : str
        The measure as printed, as ``SMD``; it may be left out where the results have only one. ``WMD`` is ``MD``.
    comparison : str
        The comparison as printed; all of them by default, as subgroups.

    Raises
    ------
    UnknownIdError
        If no result has this outcome or measure, or the comparison beside them.
    InputError
        If the results have several measures and none is named: they share no axis.
    """
    rows = _chosen(table, outcome, measure, comparison)
    name = _measure(rows[0])
    ratio = _scale(rows[0]) == "log"
    null = {"log": 1.0, "raw": 0.0}.get(_scale(rows[0]) or "")
    marked = [row for row in rows if _grave(row)]
    return ForestData(
        rows=tuple(_row(row, ratio=ratio) for row in rows),
        measure=_WORDS.get(name, name),
        ratio=ratio,
        null=null,
        columns=("Trials",),
        title=f"Published results: {outcome}",
        notes=tuple(_notes(table, rows, marked)),
        level=_LEVEL,
        digits=min(8, max(row.decimals for row in rows)),
        of="review",
    )


def _chosen(table: ReviewTable, outcome: str, measure: str, comparison: str) -> list[PublishedResult]:
    rows = [row for row in table.rows if _outcome(row.outcome) == _outcome(outcome)]
    if not rows or not _outcome(outcome):
        raise UnknownIdError("outcome", outcome, {row.outcome: None for row in table.rows})
    if comparison:
        kept = [row for row in rows if _plain(row.comparison) == _plain(comparison)]
        if not kept:
            raise UnknownIdError("comparison", comparison, {row.comparison: None for row in rows})
        rows = kept
    rows = [row for row in rows if row.effect]
    measures = {_measure(row): row.measure_short for row in rows}
    if measure:
        kept = [row for row in rows if _measure(row) == _alias(measure)]
        if not kept:
            raise UnknownIdError("measure", measure, measures)
        return kept
    if len(measures) != 1:
        found = ", ".join(name or "not stated" for name in measures.values()) or "none, since no number is printed"
        raise InputError(f"the results on {outcome} share no axis; choose one measure: {found}")
    return rows


def _outcome(text: str) -> str:
    from ...curate.integrity.disagreements import question_of

    return question_of(text, "a", None).rpartition(":")[0]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _alias(measure: str) -> str:
    name = measure.strip().upper()
    return {"WMD": "MD"}.get(name, name)


def _measure(row: PublishedResult) -> str:
    return _alias(row.measure_short)


def _scale(row: PublishedResult) -> str | None:
    from ...curate.integrity.effect_intervals import scale_of

    return scale_of(row.measure)


def _grave(row: PublishedResult) -> bool:
    return any(finding.severity in _GRAVE for finding in row.findings)


def _row(row: PublishedResult, *, ratio: bool) -> ForestRow:
    label = " · ".join(part for part in (_spaced(row.review_id), row.subgroup) if part)
    fault = _fault(row, ratio=ratio)
    return ForestRow(
        label=label,
        estimate=None if fault else row.estimate,
        ci_low=None if fault else row.ci_low,
        ci_high=None if fault else row.ci_high,
        cells=(row.k or "–",),
        mark=_MARK if _grave(row) else "",
        reason=f"{fault}: {row.effect}" if fault else "",
        subgroup=row.comparison or "comparison not printed",
    )


def _spaced(review_id: str) -> str:
    """Return an id with blanks where a reader expects them, so that a line may end there."""
    return _YEAR.sub(" ", review_id.replace("_", " "))


def _fault(row: PublishedResult, *, ratio: bool) -> str:
    """Return why a printed result cannot be drawn; empty if it can."""
    if row.estimate is None or row.ci_low is None or row.ci_high is None:
        return "printed without an interval"
    if row.level is not None and row.level != _LEVEL:
        return "printed at another level"
    if not row.ci_low <= row.estimate <= row.ci_high or (ratio and not (row.ci_low >= 0 and row.estimate > 0)):
        return "the printed numbers contradict one another"
    return ""


def _notes(table: ReviewTable, rows: Sequence[PublishedResult], marked: Sequence[PublishedResult]) -> Iterator[str]:
    overlap = overlap_of(rows, table.tables).sentence
    several = len({row.review_id for row in rows}) > 1
    shared = "; reviews of one question share trials as a rule, so that these results are not independent"
    yield f"Printed, not pooled by us{shared if several else ''}. {overlap}".strip()
    if _measure(rows[0]) == "MD":
        yield "Each difference is in the unit of its review; not every review prints it."
    if any(row.level is None and row.ci_low is not None for row in rows):
        yield "Where no level of an interval is printed, 95% is assumed."
    if marked:
        told = (f"{row.result_id} ({', '.join(_checks(row))})" for row in marked)
        yield f"{_MARK} the printed numbers do not follow from one another, or are unusual: {'; '.join(told)}."


def _checks(row: PublishedResult) -> list[str]:
    return list(dict.fromkeys(finding.check for finding in row.findings if finding.severity in _GRAVE))
