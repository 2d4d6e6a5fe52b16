"""The forest plot's columns: what fits into the width, and where each column stands.

The full table has study, text columns, plot, weight and effect side by side. Where the width does not allow that, the
first of these that fits is taken: the text columns go under the study's name; the weight is dropped too (the area of
the square shows it); the interval goes under the estimate too. Text columns without a single entry are left out.
Nothing is ever shrunk, and long names are wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .forest_table import TableRow, at_point, level_text
from .typeface import balanced, bound, longest_word, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .forest_data import ForestData
    from .scene import Align
    from .style import Style

__all__ = ["Columns", "Heading", "NumberColumn", "cell_line", "choose_columns"]

# Shares of the figure's width.
_LEAST_LABEL, _ORDINARY_LABEL = 0.18, 0.3
_LEAST_PLOT, _GOOD_PLOT, _LARGE_PLOT, _MOST_PLOT = 0.22, 0.25, 0.34, 0.46
_LEAST_LABEL_POINTS, _LEAST_PLOT_POINTS = 58.0, 62.0
_WIDEST_HEADING = 58.0  # points; a longer heading of a text column is wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column heading: its lines, where they stand, and how many of them, from the last, are secondary."""

    x: float
    align: Align
    lines: tuple[str, ...]
    muted: int = 0


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
class Columns:
    """Where the columns stand, in points from the left.

    Attributes
    ----------
    label_left, label_width : float
        The study column.
    cells : tuple of float
        Right ends of the text columns; empty where they stand under the study's name.
    plot_left, plot_right : float
        The plot.
    weight : NumberColumn or None
        The weights; None where they are not shown.
    estimate, low, high : NumberColumn
        The three parts of the effect.
    stacked_cells, stacked_effect : bool
        Whether the text columns stand under the label, and the interval under the estimate.
    headings : tuple of Heading
        The header.
    """

    label_left: float
    label_width: float
    cells: tuple[float, ...]
    plot_left: float
    plot_right: float
    weight: NumberColumn | None
    estimate: NumberColumn
    low: NumberColumn
    high: NumberColumn
    stacked_cells: bool
    stacked_effect: bool
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variant:
    """One way to set the table, with the natural widths of everything but the label and the plot."""

    stacked_cells: bool
    stacked_effect: bool
    columns: tuple[str, ...]
    cells: tuple[float, ...]
    cell_headings: tuple[tuple[str, ...], ...]
    weight: NumberColumn | None
    weight_heading: tuple[str, ...]
    estimate: NumberColumn
    low: NumberColumn
    high: NumberColumn
    space: float
    effect: float
    effect_heading: tuple[str, ...]
    label: float

    def room(self, style: Style) -> float:
        """Width that is left for the label and the plot."""
        weight = [_weight_width(self, style)] if self.weight else []
        effect = [self.effect] if self.effect else []
        columns = [*self.cells, *weight, *effect]
        return style.width - 2 * style.margin - sum(columns) - style.gap * (len(columns) + 1)


def cell_line(cells: Sequence[str]) -> str:
    """Return the text columns as one line, for under the study's name.

    Examples
    --------
    >>> cell_line(("40/50", "0/44"))
    '40/50 vs 0/44'
    """
    if not any(cells):
        return ""
    return (" vs " if len(cells) == 2 else " · ").join(cell or "–" for cell in cells)


def _heading_line(headings: Sequence[str]) -> str:
    r"""Return the headings of the text columns as one line; a last line that they share is said once.

    >>> _heading_line(("Microneedling\nn/N", "Control\nn/N"))
    'Microneedling vs Control (n/N)'
    """
    firsts, _, lasts = zip(*(heading.rpartition("\n") for heading in headings), strict=True)
    if all(firsts) and len(set(lasts)) == 1:
        return f"{cell_line([' '.join(first.split()) for first in firsts])} ({lasts[0]})"
    return cell_line([" ".join(heading.split()) for heading in headings])


def choose_columns(data: ForestData, rows: Sequence[TableRow], style: Style) -> Columns:
    """Return the columns of the fullest table that fits into the figure's width."""
    plot = max(_LEAST_PLOT * style.width, _LEAST_PLOT_POINTS)
    for stacked_cells, weight, stacked_effect in (
        (False, True, False),
        (True, True, False),
        (True, False, False),
        (True, False, True),
    ):
        variant = _variant(data, rows, style, stacked_cells, weight, stacked_effect)
        if variant.room(style) >= _least_label(variant, style) + plot:
            break
    return _placed(variant, style)


def _least_label(variant: _Variant, style: Style) -> float:
    return min(variant.label, max(_LEAST_LABEL * style.width, _LEAST_LABEL_POINTS))


def _widest(texts: Sequence[tuple[str, bool]], style: Style) -> float:
    return max((text_width(text, style.size, bold=bold) for text, bold in texts), default=0.0)


def _number_column(texts: Sequence[tuple[str, bool]], style: Style, *, may_start: bool = False) -> NumberColumn:
    """Measure a column of numbers; those that `may_start` at one place do so where their lengths differ much."""
    parts = [(at_point(text), bold) for text, bold in texts]
    lengths = [len(before) for (before, after), _ in parts if before or after]
    powers = any("×" in text for text, _ in texts)
    if may_start and lengths and (powers or max(lengths) - min(lengths) > 2):
        return NumberColumn(before=0.0, after=_widest(texts, style), aligned=False)
    return NumberColumn(
        before=_widest([(part[0], bold) for part, bold in parts], style),
        after=_widest([(part[1], bold) for part, bold in parts], style),
    )


def _variant(
    data: ForestData,
    rows: Sequence[TableRow],
    style: Style,
    stacked_cells: bool,
    show_weight: bool,
    stacked_effect: bool,
) -> _Variant:
    """Measure one way to set the table."""
    estimate, low, high = (
        _number_column([(getattr(row, part), row.bold) for row in rows], style, may_start=part == "high")
        for part in ("estimate", "low", "high")
    )
    space = text_width(" ", style.size)
    interval = low.width + space + high.width
    if stacked_effect:
        interval = _widest([(f"{row.low} {row.high}", row.bold) for row in rows], style)
    effect = max(estimate.width, interval) if stacked_effect else estimate.width + 1.8 * space + interval
    heading = _effect_heading(data)
    effect = max(effect, min(longest_word(heading, style.size), 0.3 * style.width)) if estimate.width else 0.0
    columns = data.columns if any(cell for row in rows for cell in row.cells) else ()
    cells, headings = _cell_columns(columns, rows, style) if not stacked_cells else ((), ())
    labels = [
        text_width(row.label, style.size, bold=row.bold) + style.indent * row.indented
        for row in rows
        if row.kind != "heading"
    ]
    if stacked_cells:
        labels += [text_width(cell_line(row.cells), style.small) + style.indent * row.indented for row in rows]
    has_weight = show_weight and any(row.weight not in {"", "–"} for row in rows)
    return _Variant(
        stacked_cells=stacked_cells,
        stacked_effect=stacked_effect,
        columns=columns,
        cells=cells,
        cell_headings=headings,
        weight=_number_column([(row.weight, row.bold) for row in rows], style) if has_weight else None,
        weight_heading=("Weight", "(%)"),
        estimate=estimate,
        low=low,
        high=high,
        space=space,
        effect=effect,
        effect_heading=balanced(heading, effect, style.size) if effect else (),
        label=max([*labels, text_width("Study", style.size)]),
    )


def _effect_heading(data: ForestData) -> str:
    unit = f", {data.unit}" if data.unit else ""
    return f"{data.measure}{unit}\n({level_text(data.level)} CI)"


def _cell_columns(
    columns: Sequence[str], rows: Sequence[TableRow], style: Style
) -> tuple[tuple[float, ...], tuple[tuple[str, ...], ...]]:
    """Return the widths and the wrapped headings of the text columns."""
    widths, headings = [], []
    for position, heading in enumerate(columns):
        values = _widest([(row.cells[position], row.bold) for row in rows if row.cells], style)
        room = max(values, _WIDEST_HEADING)
        headings.append(wrap(bound(heading), room, style.size))
        widths.append(max(values, _widest([(line, False) for line in headings[-1]], style)))
    return tuple(widths), tuple(headings)


def _weight_width(variant: _Variant, style: Style) -> float:
    heading = _widest([(line, False) for line in variant.weight_heading], style)
    return max(heading, variant.weight.width if variant.weight else 0.0)


def _placed(variant: _Variant, style: Style) -> Columns:
    """Set the columns side by side, from the left margin to the right one."""
    room = variant.room(style)
    # A name of ordinary length gets its width as long as the plot is good; a very long one must leave a large plot.
    most = max(room - _LARGE_PLOT * style.width, min(room - _GOOD_PLOT * style.width, _ORDINARY_LABEL * style.width))
    label = max(_least_label(variant, style), min(variant.label, most))
    plot = min(room - label, _MOST_PLOT * style.width)
    if not variant.effect:
        plot = room - min(variant.label, 0.4 * room)
    label = room - plot
    headings = [_label_heading(variant, style, label)]
    x, cells = style.margin + label, []
    for width, lines in zip(variant.cells, variant.cell_headings, strict=True):
        x += style.gap + width
        cells.append(x)
        headings.append(Heading(x=x, align="right", lines=lines))
    plot_left = x + style.gap
    plot_right = plot_left + plot
    weight = None
    if variant.weight:
        x = plot_right + style.gap + _weight_width(variant, style)
        weight = variant.weight.ending_at(x)
        headings.append(Heading(x=x, align="right", lines=variant.weight_heading))
    right = style.width - style.margin
    if variant.effect:
        headings.append(Heading(x=right, align="right", lines=variant.effect_heading))
    else:
        headings.append(Heading(x=plot_left, align="left", lines=wrap("Why there is no estimate", plot, style.size)))
    high = variant.high.ending_at(right)
    low = variant.low.ending_at(right - variant.high.width - variant.space)
    beside = right - variant.high.width - variant.low.width - 2.8 * variant.space
    return Columns(
        label_left=style.margin,
        label_width=label,
        cells=tuple(cells),
        plot_left=plot_left,
        plot_right=plot_right,
        weight=weight,
        estimate=variant.estimate.ending_at(right if variant.stacked_effect else beside),
        low=low,
        high=high,
        stacked_cells=variant.stacked_cells,
        stacked_effect=variant.stacked_effect,
        headings=tuple(headings),
    )


def _label_heading(variant: _Variant, style: Style, width: float) -> Heading:
    under: tuple[str, ...] = ()
    if variant.stacked_cells and variant.columns:
        under = wrap(bound(_heading_line(variant.columns)), width, style.small)
    return Heading(x=style.margin, align="left", lines=("Study", *under), muted=len(under))
