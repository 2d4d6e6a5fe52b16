"""One way to set a forest plot's table, measured: the natural widths of everything but the plot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..page.typeface import balanced, bound, longest_piece, longest_word, text_width, wrap
from .bias import BiasColumns, bias_columns
from .text import at_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.scene import Align
    from ..page.style import Style
    from .data import ForestData
    from .preset import CellColumn, Cells, Preset, Shape
    from .table import TableRow

__all__ = ["MeasuredCell", "NumberColumn", "Table", "balanced_lines", "measured", "tied"]

_WIDEST_HEADING = 58.0  # points; a longer heading of a text column is wrapped
_LONGEST_PIECE = 0.3  # of the figure's width; a column is as wide as the longest piece of its heading, but no wider


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberColumn:
    """Numbers under each other, aligned on the decimal point.

    Attributes
    ----------
    before, after : float
        The widest text before the point, and from the point on.
    point : float
        Where the point stands, from the left of the page.
    aligned : bool
        False where the numbers differ so much in length that they start, and do not end, at one place: `before` is 0.
    """

    before: float
    after: float
    point: float = 0.0
    aligned: bool = True

    @property
    def width(self) -> float:
        """Width of the column."""
        return self.before + self.after

    def ending_at(self, right: float) -> NumberColumn:
        """Return the column with its right end at `right`."""
        return replace(self, point=right - self.after)

    def right_end(self, text: str, size: float, *, bold: bool) -> float:
        """Return where `text` ends on the right, if its point is to stand over the others."""
        after = at_point(text)[1] if self.aligned else text
        return self.point + text_width(after, size, bold=bold)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCell:
    """A text column: which of the cells it is, its width, its distance from what is before it, and its heading."""

    index: int
    width: float
    gap: float
    align: Align
    heading: tuple[str, ...]
    arm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One way to set the table, measured.

    Attributes
    ----------
    shape : Shape
        Which way.
    label, word, under_piece : float
        Natural width of the study column, of the longest word in it, and of what cannot be broken in the heading of
        the text columns that stand under the names.
    label_heading, under_heading, effect_heading, weight_heading : tuple of str or str
        Headings; that of the text columns where they stand under the study's name.
    cells : tuple of MeasuredCell
        Text columns side by side; empty where they stand under the study's name, or have no entry.
    spans : tuple of tuple of str
        Lines of the headings over several of them.
    weight : NumberColumn or None
        The weights.
    estimate, low, high : NumberColumn
        The three parts of the effect.
    joint : float
        Clear space between `low` and `high`.
    effect : float
        Width of the effects; 0 where there are none.
    bias : BiasColumns or None
        The judgements of bias.
    """

    shape: Shape
    label: float
    word: float
    under_piece: float
    label_heading: str
    under_heading: str
    cells: tuple[MeasuredCell, ...]
    spans: tuple[tuple[str, ...], ...]
    weight: NumberColumn | None
    weight_heading: tuple[str, ...]
    estimate: NumberColumn
    low: NumberColumn
    high: NumberColumn
    joint: float
    effect: float
    effect_heading: tuple[str, ...]
    bias: BiasColumns | None

    def weight_width(self, style: Style) -> float:
        """Width of the weights and their heading; 0 without any."""
        if self.weight is None:
            return 0.0
        return max(self.weight.width, _widest([(line, False) for line in self.weight_heading], style))

    def room(self, style: Style) -> float:
        """Width that is left for the label and the plot."""
        fixed = sum(cell.width + cell.gap for cell in self.cells)
        others = [self.weight_width(style), self.effect]
        others += [self.bias.width] if self.bias and not self.shape.bias_under else []
        fixed += sum(width + style.gap for width in others if width)
        return style.width - 2 * style.margin - style.gap - fixed


def measured(
    data: ForestData, rows: Sequence[TableRow], preset: Preset, cells: Cells, shape: Shape, style: Style, *, bias: bool
) -> Table:
    """Measure one way to set the table."""
    has_bias = bias_columns(data, style, lettered=preset.lettered) if bias else None
    beside = () if shape.cells_under else _cells(cells, rows, style)
    under = shape.cells_under and any(row.under for row in rows)
    labels = [
        text_width(row.label, style.size, bold=row.bold) + style.indent * row.indented
        for row in rows
        if row.kind != "heading"
    ]
    labels.append(text_width(preset.label_heading(data), style.size))
    words = [
        longest_word(row.label, style.size, bold=row.bold) + style.indent * row.indented for row in rows if row.study
    ]
    heading_piece = longest_piece(cells.under_heading, style.small) if under else 0.0
    labels.append(heading_piece)
    if under:
        labels += [text_width(row.under, style.small) + style.indent * row.indented for row in rows]
    if shape.bias_under and has_bias:
        labels.append(has_bias.width + style.indent * any(row.indented for row in rows))
    effect = _Effect.of(data, rows, preset, shape, style)
    shown = shape.weight and any(row.weight.strip("–") for row in rows)
    beside, spans = _under_spans(beside, cells, style)
    return Table(
        shape=shape,
        label=max(labels),
        word=max(words, default=0.0),
        under_piece=heading_piece,
        label_heading=preset.label_heading(data),
        under_heading=cells.under_heading if under else "",
        cells=beside,
        spans=spans,
        weight=_numbers([(row.weight, row.bold) for row in rows], style) if shown else None,
        weight_heading=tuple(preset.weight_heading.split("\n")),
        estimate=effect.estimate,
        low=effect.low,
        high=effect.high,
        joint=effect.joint,
        effect=effect.width,
        effect_heading=effect.heading,
        bias=has_bias,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """The measures of the effects."""

    estimate: NumberColumn
    low: NumberColumn
    high: NumberColumn
    joint: float
    width: float
    heading: tuple[str, ...]

    @classmethod
    def of(cls, data: ForestData, rows: Sequence[TableRow], preset: Preset, shape: Shape, style: Style) -> _Effect:
        powers = any("×" in text for row in rows for text in (row.estimate, row.low, row.high))
        estimate = _numbers([(row.estimate, row.bold) for row in rows], style)
        low = _numbers([(row.low, row.bold) for row in rows], style)
        high = _numbers([(row.high, row.bold) for row in rows], style, start=powers, may_start=True)
        space = text_width(" ", style.size)
        joint = space if high.width else 0.0
        interval = low.width + joint + high.width
        if shape.effect_stacked:
            interval = _widest([(row.interval, row.bold) for row in rows], style)
        width = max(estimate.width, interval) if shape.effect_stacked else estimate.width + 1.8 * space + interval
        heading = preset.effect_heading(data)
        width = max(width, _whole(heading, style)) if estimate.width else 0.0
        return cls(
            estimate=estimate,
            low=low,
            high=high,
            joint=joint,
            width=width,
            heading=balanced_lines(heading, width, style) if width else (),
        )


def balanced_lines(text: str, width: float, style: Style) -> tuple[str, ...]:
    """Return a heading in lines of lengths as even as possible, its own line feeds kept."""
    return tuple(
        line for part in text.split("\n") for line in balanced(tied(part, width, style.size), width, style.size)
    )


def tied(text: str, width: float, size: float) -> str:
    """Return `text` with its signs tied to what they belong to, where no such piece is wider than the column."""
    kept = bound(text)
    return kept if longest_piece(kept, size) <= width else text


def _whole(heading: str, style: Style) -> float:
    """Return how wide a column must be lest a word of its heading be broken; endless words are broken all the same."""
    most = _LONGEST_PIECE * style.width
    piece = longest_piece(bound(heading), style.size)  # a sign that stands alone on a line would be ugly
    return piece if piece <= most else min(longest_piece(heading, style.size), most)


def _widest(texts: Sequence[tuple[str, bool]], style: Style) -> float:
    return max((text_width(text, style.size, bold=bold) for text, bold in texts), default=0.0)


def _numbers(
    texts: Sequence[tuple[str, bool]], style: Style, *, start: bool = False, may_start: bool = False
) -> NumberColumn:
    """Measure a column of numbers; those that `may_start` at one place do so where their lengths differ much."""
    parts = [(at_point(text), bold) for text, bold in texts]
    lengths = [len(before) for (before, after), _ in parts if before or after]
    if start or (may_start and lengths and max(lengths) - min(lengths) > 2):
        return NumberColumn(before=0.0, after=_widest(texts, style), aligned=False)
    return NumberColumn(
        before=_widest([(part[0], bold) for part, bold in parts], style),
        after=_widest([(part[1], bold) for part, bold in parts], style),
    )


def _cells(cells: Cells, rows: Sequence[TableRow], style: Style) -> tuple[MeasuredCell, ...]:
    """Return the text columns that have an entry, with their headings in lines."""
    found = []
    for index, column in enumerate(cells.columns):
        values = [(row.cells[index], row.bold) for row in rows if row.cells]
        if not any(text for text, _ in values):
            continue
        widest = _widest(values, style)
        wanted = max(widest, _WIDEST_HEADING, _whole(column.heading, style))
        heading = wrap(tied(column.heading, wanted, style.size), wanted, style.size) if column.heading else ()
        width = max(widest, _widest([(line, False) for line in heading], style))
        found.append(_measured_cell(index, column, width, heading, style))
    return tuple(found)


def _measured_cell(
    index: int, column: CellColumn, width: float, heading: tuple[str, ...], style: Style
) -> MeasuredCell:
    gap = style.gap if column.gap is None else column.gap * style.size
    return MeasuredCell(index=index, width=width, gap=gap, align=column.align, heading=heading, arm=column.arm)


def _under_spans(
    found: tuple[MeasuredCell, ...], cells: Cells, style: Style
) -> tuple[tuple[MeasuredCell, ...], tuple[tuple[str, ...], ...]]:
    """Wrap the headings over several columns, and widen the columns under one that needs more room."""
    spans: list[tuple[str, ...]] = []
    for arm, heading in enumerate(cells.spans):
        own = [cell for cell in found if cell.arm == arm]
        if not own or not heading:
            spans.append(())
            continue
        # The first of a group keeps its distance from what is before the group.
        width = sum(cell.width for cell in own) + sum(cell.gap for cell in own[1:])
        wanted = max(width, _whole(heading, style), min(_WIDEST_HEADING, width * 1.3))
        lines = balanced_lines(heading, wanted, style)
        extra = max(0.0, _widest([(line, False) for line in lines], style) - width)
        # Columns with headings share what is added; the parts of one number stay together.
        wider = own if own[0].heading else own[:1]
        found = tuple(replace(cell, width=cell.width + extra / len(wider)) if cell in wider else cell for cell in found)
        spans.append(lines)
    return found, tuple(spans)
