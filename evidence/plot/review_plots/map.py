"""The evidence map: comparisons by outcomes, with the people, the trials and the certainty of what is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from ...numbers import format_number
from ..page.marks import circle
from ..page.page import Page
from ..page.scene import Line, Polygon, Scene
from ..page.style import MM, Style, style_for
from ..page.typeface import longest_word, text_width, wrap
from .map_data import CERTAINTIES, MapCell
from .map_marks import certainty_inks, map_mark, mark_height, nothing_mark, pips

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .map_data import MapData

__all__ = ["evidence_map"]

_LEAST_CELL, _MOST_CELL = 15.5, 52.0
_RADIUS = 11.0
_LABEL_SHARE = 0.34
_NOT_KNOWN = 2.0  # radius of a mark without a number of people


def evidence_map(data: MapData, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
    """Return an evidence map: comparisons as rows, outcomes as columns.

    Each mark's area is in the ratio of the people, the number in or beside it counts trials. A disc is a pooled result,
    a square one that was not pooled, as of a single trial. The darker, the more certain, with the four dots of GRADE
    under it; what nobody judged is open. A small ring is a question without any trial, a small cross one whose trials
    only a wider analysis lets in; where nothing stands the review does not ask.

    Parameters
    ----------
    data : MapData
        What to show; `evidence.report.figures.map_data` makes it from a base.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    InputError
        If the figure is too narrow for its columns, with the least width.

    Examples
    --------
    >>> from evidence.plot.review_plots.map_data import MapCell, MapData
    >>> cell = MapCell(row=0, column=1, trials=3, participants=240, pooled=True, certainty="low")
    >>> data = MapData(rows=("drug A against placebo",), columns=("pain", "death"), cells=(cell,))
    >>> evidence_map(data, width_mm=84).heading
    'Evidence map: trials in 1 cell of 1 comparison and 2 outcomes'
    """
    from ..page.canvas import draw

    return draw(_scene(data, style_for(preset, width_mm)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Where the columns are: the width of labels, the left end of the first column, the width of each."""

    label_width: float
    left: float
    cell: float

    def x(self, column: int) -> float:
        return self.left + (column + 0.5) * self.cell


def _scene(data: MapData, style: Style) -> Scene:
    page = Page(style=style, y=style.margin)
    grid = _grid(data, style)
    heads = _level_heads(data, grid, style)
    if heads:
        _write_level(page, heads, grid)
    else:
        _write_stairs(page, data, grid)
    _rows(page, data, grid)
    page.y += 5.0
    _legend(page, data)
    notes = _notes(data)
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    title = _title(data)
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *_told(data), *notes]),
    )


def _grid(data: MapData, style: Style) -> _Grid:
    space = style.width - 2 * style.margin - style.gap
    words = max(longest_word(label, style.size) for label in data.rows)
    widest = max(text_width(label, style.size) for label in data.rows)
    least = min(words, 0.3 * space)
    label_width = min(widest, max(_LABEL_SHARE * space, least))
    cell = min(_MOST_CELL, (space - label_width) / len(data.columns))
    if cell < _LEAST_CELL:
        label_width = max(least, space - _LEAST_CELL * len(data.columns))
        cell = (space - label_width) / len(data.columns)
    if cell < _LEAST_CELL - 1e-9:
        # Wider pages have larger type and gaps.
        total = (1.1 * words + _LEAST_CELL * len(data.columns) + 2 * style.margin + 10.0) / MM
        raise InputError(f"{len(data.columns)} outcomes do not fit; give width_mm of at least {math.ceil(total)}")
    return _Grid(label_width=label_width, left=style.margin + label_width + style.gap, cell=cell)


def _level_heads(data: MapData, grid: _Grid, style: Style) -> list[tuple[str, ...]]:
    """Return the outcomes in lines as wide as a column; nothing where a word would have to be broken."""
    room = grid.cell - 3.0
    if any(longest_word(name, style.small) > room for name in data.columns):
        return []
    heads = [wrap(name, room, style.small) for name in data.columns]
    return heads if max(map(len, heads)) <= 5 else []


def _write_level(page: Page, heads: list[tuple[str, ...]], grid: _Grid) -> None:
    style = page.style
    depth = max(map(len, heads))
    for column, lines in enumerate(heads):
        for number, line in enumerate(lines):
            # All end on the line above the grid.
            baseline = page.y + style.small + (depth - len(lines) + number) * 1.25 * style.small
            page.write(grid.x(column), baseline, line, "column", align="center", size=style.small)
    page.y += depth * 1.25 * style.small + 3.0


def _write_stairs(page: Page, data: MapData, grid: _Grid) -> None:
    """Write the outcomes one under the other, the last on top, each with a line down to its column."""
    style = page.style
    starts = []
    for column in reversed(range(len(data.columns))):
        x = grid.x(column)
        lines = wrap(data.columns[column], x - 3.0 - style.margin, style.small)
        starts.append((x, page.y + 0.2 * style.small))
        for line in lines:
            page.y += 1.25 * style.small
            page.write(x - 3.0, page.y - 0.25 * style.small, line, "column", align="right", size=style.small)
    page.y += 3.0
    for x, start in starts:
        page.back.append(Line(start=(x, start), end=(x, page.y), color=style.faint, width=0.6, role="leader"))


def _rows(page: Page, data: MapData, grid: _Grid) -> None:
    style = page.style
    radius = min(_RADIUS, grid.cell / 2 - 1.0)
    cells: dict[int, list[MapCell]] = {}
    for cell in data.cells:
        cells.setdefault(cell.row, []).append(cell)
    page.rule(width=0.7, color=style.rule, role="rule")
    top = page.y
    for row, label in enumerate(data.rows):
        lines = wrap(label, grid.label_width, style.size)
        found = cells.get(row, [])
        radii = {cell.column: _radius(cell, radius, data.largest) for cell in found}
        reaches = {cell.column: mark_height(cell, radii[cell.column], grid.cell, style.small) for cell in found}
        above, below = (max([reach[side] for reach in reaches.values()], default=0.0) for side in (0, 1))
        height = max(len(lines) * style.leading + 3.5, above + below + 3.5)
        middle = page.y + height / 2
        centre = middle + (above - below) / 2
        first = middle - (len(lines) - 1) * style.leading / 2 + 0.36 * style.size
        for number, line in enumerate(lines):
            page.write(style.margin, first + number * style.leading, line, "row")
        for cell in found:
            x = grid.x(cell.column)
            if cell.trials:
                page.front += map_mark(cell, x, centre, radii[cell.column], grid.cell, style)
            else:
                page.front += nothing_mark(x, centre, style, wider=cell.wider)
        page.y += height
        page.rule(width=0.4, color=style.faint, role="row-rule")
    for column in range(len(data.columns)):
        x = grid.x(column)
        page.back.insert(0, Line(start=(x, top), end=(x, page.y), color="#e9edf1", width=0.6, role="column-line"))


def _radius(cell: MapCell, radius: float, largest: int) -> float:
    """Return the radius of a disc of a cell's area; a small one where nobody told how many people there are."""
    return radius * math.sqrt(cell.participants / largest) if cell.participants else _NOT_KNOWN


def _legend(page: Page, data: MapData) -> None:
    """Write what shapes, colours and sizes mean, as much of it as occurs."""
    style = page.style
    row = 1.6 * style.small
    entries: list[tuple[str, str]] = []
    if any(cell.pooled for cell in data.cells):
        entries.append(("pooled", "pooled"))
    if any(cell.trials and not cell.pooled for cell in data.cells):
        entries.append(("not-pooled", "not pooled, as a single trial"))
    if any(not cell.trials and not cell.wider for cell in data.cells):
        entries.append(("nothing", "asked, no trial"))
    if any(cell.wider for cell in data.cells):
        entries.append(("wider", "asked, trials only in a wider analysis"))
    known = [name for name in CERTAINTIES if any(cell.certainty == name and cell.trials for cell in data.cells)]
    entries += [(name, f"{name.replace('-', ' ')} certainty") for name in known]
    if any(not cell.certainty and cell.trials for cell in data.cells):
        entries.append(("open", "open: certainty not assessed"))
    x = style.margin
    for name, text in entries:
        sign = 14.0 if name in CERTAINTIES else 9.0
        extra = 14.0 if name in CERTAINTIES else 0.0
        width = sign + extra + 3.0 + text_width(text, style.small)
        if x > style.margin and x + width > style.width - style.margin:
            x, page.y = style.margin, page.y + row
        _sign(page, name, x, page.y + row / 2)
        page.write(x + sign + extra + 1.0, page.y + row / 2 + 0.36 * style.small, text, "legend", size=style.small)
        x += width + 9.0
    page.y += row + 1.0


def _sign(page: Page, name: str, x: float, y: float) -> None:
    style = page.style
    if name in ("nothing", "wider"):
        page.front += nothing_mark(x + 4, y, style, wider=name == "wider")
        return
    if name in CERTAINTIES:
        fill = certainty_inks(name, style)[0]
        page.front.append(Polygon(points=circle(x + 4, y, 4.0), fill=style.ink, role="key"))
        page.front.append(Polygon(points=circle(x + 4, y, 3.4), fill=fill, role="key"))
        page.front += pips(name, x + 18, y, style)
        return
    cell = MapCell(row=0, column=0, trials=2, participants=1, pooled=name in ("pooled", "open"))
    page.front += [
        Polygon(
            points=item.points, fill=style.faint if name != "open" and "inside" in item.role else item.fill, role="key"
        )
        for item in map_mark(cell, x + 4, y, 4.0, 9.0, style)
        if isinstance(item, Polygon)
    ]


def _title(data: MapData) -> str:
    count = len(data.filled)
    cells = f"trials in {count} cell{'' if count == 1 else 's'}" if count else "no trial in any cell"
    rows = "1 comparison" if len(data.rows) == 1 else f"{len(data.rows)} comparisons"
    columns = "1 outcome" if len(data.columns) == 1 else f"{len(data.columns)} outcomes"
    return f"Evidence map: {cells} of {rows} and {columns}"


def _notes(data: MapData) -> list[str]:
    notes = []
    if data.largest:
        people = format_number(data.largest, 0)
        notes.append(f"Areas: participants; the largest mark stands for {people}. Numbers: trials.")
    unknown = [_place(data, cell) for cell in data.filled if not cell.participants]
    if unknown:
        notes.append(f"Number of participants not known, and the area without meaning: {'; '.join(unknown)}.")
    return [*notes, *data.notes]


def _place(data: MapData, cell: MapCell) -> str:
    return f"{data.rows[cell.row]}, {data.columns[cell.column]}"


def _told(data: MapData) -> list[str]:
    """Return every cell with a trial in words, and how many questions have none."""
    told = []
    for cell in sorted(data.filled, key=lambda one: (one.row, one.column)):
        trials = f"{cell.trials} trial{'' if cell.trials == 1 else 's'}"
        people = f"{format_number(cell.participants, 0)} participant{'' if cell.participants == 1 else 's'}"
        people = people if cell.participants else "participants not known"
        pooled = "pooled" if cell.pooled else "not pooled"
        certainty = f"certainty {cell.certainty.replace('-', ' ') or 'not assessed'}"
        told.append(f"{_place(data, cell)}: {trials}, {people}, {pooled}, {certainty}.")
    wider = [_place(data, cell) for cell in data.cells if cell.wider]
    if wider:
        told.append(f"Trials only in a wider analysis: {'; '.join(wider)}.")
    empty = len(data.cells) - len(data.filled) - len(wider)
    if empty:
        told.append(f"{empty} question{' has' if empty == 1 else 's have'} no trial.")
    return told
