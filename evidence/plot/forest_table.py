"""The forest plot's table: what each row says, as text, before anything has a place."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..numbers import format_effect, format_number, format_percent
from .scale import digits_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .forest_data import ForestData, ForestRow, ForestSummary

__all__ = ["RowKind", "TableRow", "at_point", "effect_digits", "effect_text", "level_text", "table_rows"]

RowKind = Literal["heading", "study", "subtotal", "total", "prediction"]
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NO_BREAK = "\u00a0"
_WHOLE_PART = re.compile(r"[(<−]*[\d\u202f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row as text, with the numbers that its picture needs.

    Attributes
    ----------
    kind : {"heading", "study", "subtotal", "total", "prediction"}
        What the row is.
    label : str
        Its first column.
    indented : bool
        Whether it stands under a subgroup heading.
    cells : tuple of str
        Its text columns.
    weight, estimate, low, high : str
        Its numbers: the three parts of the effect, as ``0.52``, ``(0.31 to`` and ``0.87)``, are aligned apart.
    detail : str
        A line on heterogeneity that may stand under the label.
    study, summary : ForestRow or ForestSummary or None
        Where its picture comes from.
    """

    kind: RowKind
    label: str
    indented: bool = False
    cells: tuple[str, ...] = ()
    weight: str = ""
    estimate: str = ""
    low: str = ""
    high: str = ""
    detail: str = ""
    study: ForestRow | None = None
    summary: ForestSummary | None = None

    @property
    def bold(self) -> bool:
        """Whether its text is bold."""
        return self.kind in {"heading", "total"}


def level_text(level: float) -> str:
    """Return a confidence level as people write it.

    Examples
    --------
    >>> level_text(0.95), level_text(0.999)
    ('95%', '99.9%')
    """
    return format_percent(
        100 * level, next(d for d in range(5) if abs(round(100 * level, d) / 100 - level) < 1e-9 or d == 4)
    )


def at_point(text: str) -> tuple[str, str]:
    """Split a number, with what stands around it, at its decimal point.

    Examples
    --------
    >>> at_point("(−4.64 to"), at_point("100.0"), at_point("∞)")
    (('(−4', '.64 to'), ('100', '.0'), ('', '∞)'))
    """
    match = _WHOLE_PART.match(text)
    end = match.end() if match else 0
    return text[:end], text[end:]


def effect_digits(data: ForestData) -> int:
    """Return the decimals of the effects: two, or as many as show two figures of the typical interval's width."""
    if data.digits is not None:
        return data.digits
    if data.ratio:
        return 2
    limits = ((row.ci_low, row.ci_high) for row in data.rows)
    return digits_for(high - low for low, high in limits if low is not None and high is not None)


def effect_text(value: float, digits: int, *, ratio: bool) -> str:
    """Return an effect as the table shows it: as in sentences, with a power of ten for differences from a million on.

    Examples
    --------
    >>> effect_text(0.004, 2, ratio=True), effect_text(-0.004, 2, ratio=False), effect_text(1.234e9, 2, ratio=False)
    ('<0.01', '0.00', '1.23×10⁹')
    """
    if not ratio and 1e6 <= abs(value) < math.inf:
        mantissa, power = f"{value:.2e}".split("e")
        return f"{format_number(float(mantissa), 2)}×10{str(int(power)).translate(_SUPERSCRIPT)}"
    return format_effect(value, digits, ratio=ratio)


def table_rows(data: ForestData) -> tuple[TableRow, ...]:
    """Return the rows of the table from top to bottom.

    Studies stand under their subgroup's heading, a subtotal under its studies, a prediction interval under the summary
    that it belongs to.
    """
    digits = effect_digits(data)
    rows: list[TableRow] = []
    for group in data.subgroups:
        if group:
            rows.append(TableRow(kind="heading", label=group))
        rows += [_study_row(row, data, digits) for row in data.rows if row.subgroup == group]
        for subtotal in data.subtotals:
            if subtotal.subgroup == group:
                rows += _summary_rows(subtotal, data, digits)
    if data.overall:
        rows += _summary_rows(data.overall, data, digits)
    return tuple(rows)


def _study_row(row: ForestRow, data: ForestData, digits: int) -> TableRow:
    estimate, low, high = _parts(row.estimate, row.ci_low, row.ci_high, data, digits)
    pooled = any(other.weight is not None for other in data.rows)
    weight = "" if row.weight is None else format_number(row.weight, 1)
    return TableRow(
        kind="study",
        label=f"{row.label}{_NO_BREAK}{row.mark}" if row.mark else row.label,
        indented=bool(row.subgroup),
        cells=_cells(row, data),
        weight="–" if pooled and row.weight is None and row.estimate is not None else weight,
        estimate=estimate,
        low=low,
        high=high,
        study=row,
    )


def _summary_rows(summary: ForestSummary, data: ForestData, digits: int) -> Iterator[TableRow]:
    estimate, low, high = _parts(summary.estimate, summary.ci_low, summary.ci_high, data, digits)
    sub = bool(summary.subgroup)
    yield TableRow(
        kind="subtotal" if sub else "total",
        label=summary.label,
        indented=sub,
        cells=_cells(summary, data),
        weight="" if summary.weight is None else format_number(summary.weight, 1),
        estimate=estimate,
        low=low,
        high=high,
        detail=summary.heterogeneity,
        summary=summary,
    )
    if summary.pi_low is not None:
        _, low, high = _parts(summary.estimate, summary.pi_low, summary.pi_high, data, digits)
        yield TableRow(
            kind="prediction",
            label=f"{level_text(summary.level)} prediction interval",
            indented=sub,
            cells=("",) * len(data.columns),
            low=low,
            high=high,
            summary=summary,
        )


def _cells(item: ForestRow | ForestSummary, data: ForestData) -> tuple[str, ...]:
    if item.cells or len(data.columns) != 2:
        return item.cells or ("",) * len(data.columns)
    return tuple("" if n is None else format_number(n, 0) for n in (item.n1, item.n2))


def _parts(
    estimate: float | None, low: float | None, high: float | None, data: ForestData, digits: int
) -> tuple[str, str, str]:
    if estimate is None or low is None or high is None:
        return "", "", ""
    texts = [effect_text(value, digits, ratio=data.ratio) for value in (estimate, low, high)]
    return texts[0], f"({texts[1]} to", f"{texts[2]})"
