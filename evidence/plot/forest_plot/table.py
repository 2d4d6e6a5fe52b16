"""The forest plot's table: what each row says, as text, before anything has a place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ...numbers import format_number
from ..page.style import numbers_of
from .presets import preset_for
from .text import effect_parts, level_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...number_style import StyleName
    from .data import ForestData, ForestRow, ForestSummary
    from .preset import Cells, Preset

__all__ = ["RowKind", "TableRow", "table_rows"]

RowKind = Literal["heading", "study", "subtotal", "total", "prediction", "events"]
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row as text, with the numbers that its picture needs.

    Attributes
    ----------
    kind : {"heading", "study", "subtotal", "total", "prediction", "events"}
        What the row is.
    label : str
        Its first column.
    indented : bool
        Whether it stands under a subgroup heading.
    cells : tuple of str
        Its text columns.
    under : str
        The same as one line, for under the label.
    weight, estimate, low, high : str
        Its numbers: the three parts of the effect, as ``0.52``, ``(0.31 to`` and ``0.87)``, are aligned apart.
    details : tuple of str
        Lines on heterogeneity that may stand under the label.
    study, summary : ForestRow or ForestSummary or None
        Where its picture comes from.
    """

    kind: RowKind
    label: str
    indented: bool = False
    cells: tuple[str, ...] = ()
    under: str = ""
    weight: str = ""
    estimate: str = ""
    low: str = ""
    high: str = ""
    details: tuple[str, ...] = ()
    study: ForestRow | None = None
    summary: ForestSummary | None = None

    @property
    def bold(self) -> bool:
        """Whether its text is bold."""
        return self.kind in {"heading", "total"}

    @property
    def interval(self) -> str:
        """The interval as one text."""
        return f"{self.low} {self.high}".strip()


def table_rows(data: ForestData, preset: str = "house") -> tuple[TableRow, ...]:
    """Return the rows of the table from top to bottom.

    Studies stand under their subgroup's heading, a subtotal under its studies, a prediction interval under the summary
    that it belongs to.

    Parameters
    ----------
    data : ForestData
        What the figure shows.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        In whose words and numbers.
    """
    own = preset_for(preset)
    maker = _Maker(data=data, preset=own, cells=own.cells(data), numbers=numbers_of(preset))
    rows: list[TableRow] = []
    for group in data.subgroups:
        if group:
            rows.append(TableRow(kind="heading", label=group))
        rows += [maker.study(row) for row in data.rows if row.subgroup == group]
        for subtotal in data.subtotals:
            if subtotal.subgroup == group:
                rows += maker.summary(subtotal)
    if data.overall:
        rows += maker.summary(data.overall)
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """What every row is made with."""

    data: ForestData
    preset: Preset
    cells: Cells
    numbers: StyleName

    def weight(self, weight: float | None) -> str:
        return "" if weight is None else f"{format_number(weight, 1)}{self.preset.weight_sign}"

    def study(self, row: ForestRow) -> TableRow:
        estimate, low, high = effect_parts(row.estimate, row.ci_low, row.ci_high, self.data, self.numbers)
        pooled = any(other.weight is not None for other in self.data.rows)
        outside = pooled and row.weight is None and row.estimate is not None
        return TableRow(
            kind="study",
            label=f"{row.label}{_NO_BREAK}{row.mark}" if row.mark else row.label,
            indented=bool(row.subgroup),
            cells=self.cells.texts(row),
            under=self.cells.under(row),
            weight="–" if outside else self.weight(row.weight),
            estimate=estimate,
            low=low,
            high=high,
            study=row,
        )

    def summary(self, summary: ForestSummary) -> list[TableRow]:
        """Return the rows of a summary; its lines on heterogeneity stand under the last."""
        *rows, last = self._rows_of(summary)
        return [*rows, replace(last, details=self.preset.words(summary))]

    def _rows_of(self, summary: ForestSummary) -> Iterator[TableRow]:
        limits = summary.estimate, summary.ci_low, summary.ci_high
        estimate, low, high = effect_parts(*limits, self.data, self.numbers)
        sub = bool(summary.subgroup)
        yield TableRow(
            kind="subtotal" if sub else "total",
            label=self.preset.summary_label(summary),
            indented=sub,
            cells=self.cells.texts(summary),
            under=self.cells.under(summary),
            weight=self.weight(summary.weight),
            estimate=estimate,
            low=low,
            high=high,
            summary=summary,
        )
        if self.cells.events and any(self.cells.events(summary)):
            yield self._further(summary, "events", "Total events", cells=self.cells.events(summary))
        if summary.pi_low is not None:
            limits_of_next = summary.estimate, summary.pi_low, summary.pi_high
            _, low, high = effect_parts(*limits_of_next, self.data, self.numbers)
            yield self._further(summary, "prediction", f"{level_text(summary.level)} prediction interval", low, high)

    def _further(
        self,
        summary: ForestSummary,
        kind: RowKind,
        label: str,
        low: str = "",
        high: str = "",
        cells: tuple[str, ...] = (),
    ) -> TableRow:
        return TableRow(
            kind=kind,
            label=label,
            indented=bool(summary.subgroup),
            cells=cells or ("",) * len(self.cells.columns),
            low=low,
            high=high,
            summary=summary,
        )
