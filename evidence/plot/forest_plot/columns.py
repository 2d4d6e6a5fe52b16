"""The forest plot's columns: what fits into the width, and where each column stands.

Every preset has a list of ways to set its table, the fullest first; the first that leaves room for names and plot is
taken. Text columns without a single entry are left out. Nothing is ever shrunk, and long names are wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from ..page.style import MM
from ..page.typeface import text_width, wrap
from .measure import NumberColumn, Table, balanced_lines, measured, tied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.scene import Align
    from ..page.style import Style
    from .bias import BiasColumns
    from .data import ForestData
    from .preset import Cells, Preset, Shape
    from .table import TableRow

__all__ = ["Columns", "Heading", "PlacedCell", "choose_columns"]

# Shares of the figure's width.
_LEAST_LABEL, _LONG_WORD, _ORDINARY_LABEL = 0.18, 0.26, 0.3
_LEAST_PLOT, _GOOD_PLOT, _LARGE_PLOT, _MOST_PLOT = 0.22, 0.25, 0.34, 0.46
_LEAST_LABEL_POINTS, _LEAST_PLOT_POINTS = 58.0, 62.0
_NO_PLOT_POINTS = 24.0  # in less nothing can be told apart
_END_ROOM = 6.0  # points between the end of a plot and the margin: half of what stands under the last tick
_RULE_ROOM = 3.4  # points between a heading over several columns and those under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column heading.

    Attributes
    ----------
    x : float
        Where it stands, as `align` says.
    lines : tuple of str
        Its lines; the last ones, `muted` of them, are secondary.
    lift : float
        How far its last line stands over the others' last line.
    rule : (float, float) or None
        Ends of the line under it, where it heads several columns.
    """

    x: float
    align: Align
    lines: tuple[str, ...]
    muted: int = 0
    lift: float = 0.0
    rule: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """A text column: which of the cells it is, and which end of it stands where."""

    index: int
    x: float
    align: Align


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the columns stand, in points from the left.

    Attributes
    ----------
    shape : Shape
        Which way the table is set.
    label_left, label_width : float
        The study column.
    cells : tuple of PlacedCell
        The text columns; empty where they stand under the study's name.
    plot_left, plot_right : float
        The plot.
    weight : NumberColumn or None
        The weights; None where they are not shown.
    estimate, low, high : NumberColumn
        The three parts of the effect.
    effect_right : float
        The right end of the effects.
    free_right : float
        The right end of a label that has nothing beside it but an interval.
    reason : (float, float)
        From where to where the reason for having no estimate may run.
    bias : BiasColumns or None
        The judgements of bias.
    bias_left : float
        Where their columns begin, or their symbols under the study's name.
    plot_is_last : bool
        Whether weights and effects stand to the left of the plot.
    headings : tuple of Heading
        The header.
    """

    shape: Shape
    label_left: float
    label_width: float
    cells: tuple[PlacedCell, ...]
    plot_left: float
    plot_right: float
    weight: NumberColumn | None
    estimate: NumberColumn
    low: NumberColumn
    high: NumberColumn
    effect_right: float
    free_right: float
    reason: tuple[float, float]
    bias: BiasColumns | None
    bias_left: float
    plot_is_last: bool
    headings: tuple[Heading, ...]


def choose_columns(
    data: ForestData, rows: Sequence[TableRow], preset: Preset, cells: Cells, style: Style, *, bias: bool
) -> Columns:
    """Return the columns of the fullest table that fits into the figure's width, if possible with all headings whole.

    Raises
    ------
    InputError
        If the numbers are so long that even the narrowest table leaves no room for a plot.
    """
    plot = _least_plot(style)
    tables: list[Table] = []
    for shape in preset.shapes:
        table = measured(data, rows, preset, cells, shape, style, bias=bias)
        tables.append(table)
        if table.room(style) >= max(_least_label(table, style), table.under_piece) + plot:
            break
    else:
        fitting = (each for each in tables if each.room(style) >= _least_label(each, style) + plot)
        table = next(fitting, table)
    if table.effect and table.room(style) - _least_label(table, style) < _NO_PLOT_POINTS:
        raise InputError(
            f"the numbers leave no room for a plot in {style.width / MM:.0f} mm; "
            "give a larger width_mm=, or fewer digits="
        )
    return _Placing(data, table, preset, style).columns()


def _least_plot(style: Style) -> float:
    return max(_LEAST_PLOT * style.width, _LEAST_PLOT_POINTS)


def _least_label(table: Table, style: Style) -> float:
    """Return the least width of the study column: names may be wrapped, and only a very long word is broken.

    A long word in a heading stays whole as long as that leaves room for a plot.
    """
    word = min(table.word, _LONG_WORD * style.width)
    if table.under_piece <= table.room(style) - _least_plot(style):
        word = max(word, table.under_piece)
    return min(table.label, max(_LEAST_LABEL * style.width, _LEAST_LABEL_POINTS, word))


class _Placing:
    """Sets the columns side by side, from the left margin to the right one."""

    def __init__(self, data: ForestData, table: Table, preset: Preset, style: Style) -> None:
        self.data, self.table, self.preset, self.style = data, table, preset, style
        self.headings: list[Heading] = []
        self.x = style.margin
        self.weight: NumberColumn | None = None
        self.effect_right = 0.0

    def columns(self) -> Columns:
        table, style = self.table, self.style
        label, plot = self._shares()
        self._label(label)
        cells = self._cells()
        effect_from = self.x + style.gap
        if self.preset.effect_left:
            self._effects()
        plot_left = self.x + style.gap
        plot_right = self.x = plot_left + plot
        if self.preset.effect_left and (table.bias is None or table.shape.bias_under):
            plot_right -= _END_ROOM
        if not self.preset.effect_left:
            self._effects()
        self._plot_heading(plot_left, plot_right)
        beside = table.bias is not None and not table.shape.bias_under
        bias_left = self._bias() if beside else style.margin + self._indent()
        last = bias_left - style.gap if beside else style.width - style.margin
        beside_effect = self.effect_right - table.high.width - table.low.width - table.joint
        space = text_width(" ", style.size)
        return Columns(
            shape=table.shape,
            label_left=style.margin,
            label_width=label,
            cells=cells,
            plot_left=plot_left,
            plot_right=plot_right,
            weight=self.weight,
            estimate=table.estimate.ending_at(
                self.effect_right if table.shape.effect_stacked else beside_effect - 1.8 * space
            ),
            low=table.low.ending_at(self.effect_right - table.high.width - table.joint),
            high=table.high.ending_at(self.effect_right),
            effect_right=self.effect_right,
            free_right=(self.effect_right - table.effect if self.preset.effect_left else plot_left) - style.gap,
            reason=(effect_from if self.preset.effect_left else plot_left, last),
            bias=table.bias,
            bias_left=bias_left,
            plot_is_last=self.preset.effect_left,
            headings=tuple(self.headings),
        )

    def _shares(self) -> tuple[float, float]:
        """Share what is left between the label and the plot."""
        table, style = self.table, self.style
        room = table.room(style)
        # An ordinary name gets its width as long as the plot is good; a very long one must leave a large plot.
        ordinary = min(room - _GOOD_PLOT * style.width, _ORDINARY_LABEL * style.width)
        most = max(room - _LARGE_PLOT * style.width, ordinary)
        label = max(_least_label(table, style), min(table.label, most))
        plot = min(room - label, _MOST_PLOT * style.width)
        if not table.effect:
            plot = room - min(table.label, 0.4 * room)
        return room - plot, plot

    def _indent(self) -> float:
        return self.style.indent if any(row.subgroup for row in self.data.rows) else 0.0

    def _label(self, width: float) -> None:
        table, style = self.table, self.style
        under: tuple[str, ...] = ()
        if table.under_heading:
            under = wrap(tied(table.under_heading, width, style.small), width, style.small)
        symbols: tuple[str, ...] = ()
        if table.bias and table.shape.bias_under:
            indent = self._indent()
            places = table.bias.places(width - indent)
            symbols = (" ",) * (1 + places[-1][1])
            for sign, (x, line) in zip(table.bias.signs, places, strict=True):
                lift = (len(symbols) - 1 - line) * style.leading
                self.headings.append(
                    Heading(x=style.margin + indent + x, align="center", lines=(sign,), muted=1, lift=lift)
                )
        lines = (table.label_heading, *under, *symbols)
        self.headings.append(Heading(x=style.margin, align="left", lines=lines, muted=len(lines) - 1))
        self.x = style.margin + width

    def _cells(self) -> tuple[PlacedCell, ...]:
        placed: list[PlacedCell] = []
        ends: dict[int, tuple[float, float]] = {}
        for cell in self.table.cells:
            left = self.x + cell.gap
            self.x = left + cell.width
            x = self.x if cell.align == "right" else left
            placed.append(PlacedCell(index=cell.index, x=x, align=cell.align))
            if cell.heading:
                self.headings.append(Heading(x=x, align=cell.align, lines=cell.heading))
            if cell.arm is not None:
                ends[cell.arm] = (ends.get(cell.arm, (left, 0.0))[0], self.x)
        under = max((len(cell.heading) for cell in self.table.cells), default=0)
        lift = under * self.style.leading + _RULE_ROOM if under else 0.0
        for arm, (left, right) in ends.items():
            lines = self.table.spans[arm]
            if lines:
                rule = (left, right) if under else None
                align: Align = "center" if under else "right"
                x = (left + right) / 2 if under else right
                self.headings.append(Heading(x=x, align=align, lines=lines, lift=lift, rule=rule))
        return tuple(placed)

    def _effects(self) -> None:
        table, style = self.table, self.style
        if table.weight:
            self.x += style.gap + table.weight_width(style)
            self.weight = table.weight.ending_at(self.x)
            self.headings.append(Heading(x=self.x, align="right", lines=table.weight_heading))
        if table.effect:
            self.x += style.gap + table.effect
            self.headings.append(Heading(x=self.x, align="right", lines=table.effect_heading))
        self.effect_right = self.x

    def _plot_heading(self, left: float, right: float) -> None:
        if not self.table.effect:
            lines = wrap("Why there is no estimate", right - left, self.style.size)
            self.headings.append(Heading(x=left, align="left", lines=lines))
        elif self.preset.plot_heading:
            lines = balanced_lines(self.preset.plot_heading(self.data), right - left, self.style)
            self.headings.append(Heading(x=(left + right) / 2, align="center", lines=lines))

    def _bias(self) -> float:
        """Place the columns of judgements; return where they begin."""
        bias, style = self.table.bias, self.style
        left = self.x + style.gap
        if bias is None:
            return left
        for sign, (x, _) in zip(bias.signs, bias.places(bias.width), strict=True):
            self.headings.append(Heading(x=left + x, align="center", lines=(sign,), muted=1))
        lines = balanced_lines("Risk of bias", bias.width, style)
        lift = style.leading + _RULE_ROOM
        rule = (left, left + bias.width)
        self.headings.append(Heading(x=left + bias.width / 2, align="center", lines=lines, lift=lift, rule=rule))
        self.x = left + bias.width
        return left
