"""The PRISMA 2020 flow diagram of a review, drawn from its counted flow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError
from ...screen.prisma import check_sums
from ..page.arrows import arrow
from ..page.boxes import box, frame_of
from ..page.marks import tint
from ..page.page import Page
from ..page.scene import Polygon, Scene
from ..page.style import MM, Style, style_for
from ..page.typeface import longest_word, wrap
from .prisma_boxes import ASSESSED, IDENTIFIED, INCLUDED, SCREENED, TOTAL, FlowBox, tracks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...screen.prisma import Flow
    from ..page.scene import Point
    from .prisma_boxes import Track

__all__ = ["prisma_flow"]

_PAD, _STEP, _BETWEEN, _DOWN = 4.0, 4.0, 11.0, 13.0  # inside a box, an indentation, between columns, between rows
_STACK = 4.0  # between two boxes at one step
_PHASES = (("Identification", IDENTIFIED, IDENTIFIED), ("Screening", SCREENED, ASSESSED), ("Included", INCLUDED, TOTAL))
_WHOLE = ("Organisations", "Identification", "identification", "automation", "(n\u00a0=\u00a0999)")
_SOURCE = "After the PRISMA 2020 template, doi:10.1136/bmj.n71."


def prisma_flow(flow: Flow, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
    """Return the PRISMA 2020 flow diagram.

    The columns are those of the template: earlier studies, where an earlier version was counted; databases and
    registers; other methods. Reasons of exclusion are listed. What is not decided yet stands in boxes with a broken
    outline. Where no search has been run, a box says so in place of numbers.

    Parameters
    ----------
    flow : Flow
        As `evidence.screen.prisma.flow_counts` returns it.
    width_mm : float
        Width of the figure; two columns side by side take about 120 mm, three 150.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    EvidenceError
        If a box is not the sum that it must be.
    InputError
        If the figure is too narrow for its columns, with the least width.

    References
    ----------
    Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement. BMJ 2021;372:n71. doi:10.1136/bmj.n71.

    Examples
    --------
    >>> import evidence as ev
    >>> prisma_flow(ev.load().flow()).heading
    'PRISMA 2020 flow diagram: 49 studies included'
    """
    from ..page.canvas import draw

    check_sums(flow)
    return draw(_Diagram(flow, style_for(preset, width_mm)).scene())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A box with its lines and its place."""

    content: FlowBox
    lines: tuple[tuple[float, str], ...]
    left: float
    top: float
    right: float
    bottom: float


class _Diagram:
    """A diagram while it is being composed."""

    def __init__(self, flow: Flow, style: Style) -> None:
        self.flow, self.style = flow, style
        self.page = Page(style=style, y=style.margin)
        self.tracks = tracks(flow)
        self.phase_width = max(longest_word(name, style.small, bold=True) for name, *_ in _PHASES) + 2 * _PAD
        self.columns = self._columns()
        self.placed: dict[tuple[str, int, str], _Placed] = {}

    def scene(self) -> Scene:
        style, page = self.style, self.page
        self._headings()
        bounds = self._place()
        self._phases(bounds)
        for placed in self.placed.values():
            self._box(placed)
        self._arrows()
        page.y = max(bottom for _, bottom in bounds.values()) + 8.0
        notes = self._notes()
        for note in notes:
            page.paragraph(note, "note", size=style.small, color=style.muted)
        studies = "1 study" if self.flow.total_studies == 1 else f"{self.flow.total_studies} studies"
        title = f"PRISMA 2020 flow diagram: {studies} included"
        return page.scene(
            title=title,
            description=" ".join([f"{title}.", *self._told(), *notes]),
        )

    def _columns(self) -> dict[tuple[str, bool], tuple[float, float]]:
        """Return left and right of each column: by track, and whether of its steps or of what stands beside them."""
        style = self.style
        names = [
            (track.name, beside)
            for track in self.tracks
            for beside in ((False,) if track.name == "previous" else (False, True))
        ]
        # Words of the template stay whole; names of sources and reasons may have to be broken.
        least = max(longest_word(word, style.small) for word in _WHOLE) + 2 * _PAD + _STEP
        start = style.margin + self.phase_width
        width = (style.width - style.margin - start) / len(names) - _BETWEEN
        if width < least:
            total = start + style.margin + len(names) * (least + _BETWEEN)
            raise InputError(f"{len(names)} columns do not fit; give width_mm of at least {math.ceil(total / MM)}")
        return {
            name: (start + _BETWEEN + place * (width + _BETWEEN), start + (place + 1) * (width + _BETWEEN))
            for place, name in enumerate(names)
        }

    def _headings(self) -> None:
        """Write what stands above each track, on tinted ground, all of one height."""
        style, page = self.style, self.page
        spans = []
        for track in self.tracks:
            left = self.columns[track.name, False][0]
            right = self.columns.get((track.name, True), self.columns[track.name, False])[1]
            spans.append((left, right, wrap(track.heading, right - left - 2 * _PAD, style.small, bold=True)))
        height = max(len(lines) for *_, lines in spans) * 1.28 * style.small + 2 * _PAD - 1
        for left, right, lines in spans:
            corners = box(left, page.y, right, page.y + height)
            page.back.append(Polygon(points=corners, fill=tint(style.study, 0.14), role="heading-ground"))
            first = page.y + (height - len(lines) * 1.28 * style.small) / 2 + style.small
            for number, line in enumerate(lines):
                baseline = first + number * 1.28 * style.small
                page.write((left + right) / 2, baseline, line, "heading", align="center", size=style.small, bold=True)
        page.y += height + 7.0

    def _place(self) -> dict[int, tuple[float, float]]:
        """Place every box; return top and bottom of each row that has one."""
        bounds: dict[int, tuple[float, float]] = {}
        top = self.page.y
        for row in range(TOTAL + 1):
            bottom = top
            for track in self.tracks:
                reach = {False: top, True: top}
                for entry in (one for one in track.boxes if one.row == row):
                    placed = self._sized(track, entry, reach[entry.kind in ("out", "open")])
                    self.placed[track.name, row, entry.kind] = placed
                    reach[entry.kind in ("out", "open")] = placed.bottom + _STACK
                    # The box that stands for a whole track may reach down over several rows.
                    bottom = max(bottom, placed.bottom)
            if bottom > top:
                bounds[row] = (top, bottom)
                top = bottom + _DOWN
        return bounds

    def _sized(self, track: Track, entry: FlowBox, top: float) -> _Placed:
        style = self.style
        left, right = self.columns[track.name, entry.kind in ("out", "open")]
        if entry.kind == "unknown":
            right = self.columns[track.name, True][1]
        lines = tuple(
            line
            for indent, text in entry.lines
            for line in _lines(text, left + _PAD + indent * _STEP, right - _PAD, style.small, hanging=indent > 0)
        )
        height = len(lines) * 1.3 * style.small + 2 * _PAD - 1.5
        return _Placed(content=entry, lines=lines, left=left, top=top, right=right, bottom=top + height)

    def _phases(self, bounds: dict[int, tuple[float, float]]) -> None:
        """Write the phases at the left, each as high as its rows."""
        style = self.style
        for name, first, last in _PHASES:
            rows = [bounds[row] for row in range(first, last + 1) if row in bounds]
            if not rows:
                continue
            top, bottom = rows[0][0], rows[-1][1]
            corners = box(style.margin, top, style.margin + self.phase_width, bottom)
            self.page.back.append(Polygon(points=corners, fill=tint(style.study, 0.26), role="phase-ground"))
            baseline = (top + bottom) / 2 + 0.36 * style.small
            middle = style.margin + self.phase_width / 2
            self.page.write(middle, baseline, name, "phase", align="center", size=style.small, bold=True)

    def _box(self, placed: _Placed) -> None:
        style = self.style
        corners = (placed.left, placed.top, placed.right, placed.bottom)
        dashed = placed.content.kind in ("open", "unknown")
        role = f"box-{placed.content.kind}"
        self.page.front.append(Polygon(points=box(*corners), fill=style.paper, role=role))
        color = style.muted if dashed else style.ink
        for side in frame_of(*corners, width=0.7, dashed=dashed):
            self.page.front.append(Polygon(points=side, fill=color, role="box-side"))
        for number, (x, line) in enumerate(placed.lines):
            baseline = placed.top + _PAD + (1.3 * number + 0.9) * style.small
            self.page.write(x, baseline, line, "box", size=style.small)

    def _arrows(self) -> None:
        steps = {key[:2]: placed for key, placed in self.placed.items() if key[2] == "step"}
        for (name, row), placed in steps.items():
            following = [other for other in range(row + 1, TOTAL + 1) if (name, other) in steps]
            if following and name != "previous":
                self._arrow([_foot(placed), (_foot(placed)[0], steps[name, following[0]].top)])
            for kind in ("out", "open"):
                beside = self.placed.get((name, row, kind))
                if beside is not None:
                    # Two boxes beside one step each get an arrow of their own.
                    y = (max(placed.top, beside.top) + min(placed.bottom, beside.bottom)) / 2
                    if y < beside.top:
                        self._bent(placed, beside)
                    else:
                        self._arrow([(placed.right, y), (beside.left, y)])
        included = steps["databases", INCLUDED]
        if ("other", ASSESSED) in steps:
            foot = _foot(steps["other", ASSESSED])
            y = (included.top + included.bottom) / 2
            self._arrow([foot, (foot[0], y), (included.right, y)])
        if ("previous", IDENTIFIED) in steps:
            total = steps["databases", TOTAL]
            foot, y = _foot(steps["previous", IDENTIFIED]), (total.top + total.bottom) / 2
            self._arrow([foot, (foot[0], y), (total.left, y)])

    def _bent(self, placed: _Placed, beside: _Placed) -> None:
        """Draw an arrow to a box that begins below the step that it belongs to, down in the gap between them."""
        start = placed.bottom - min(3.0, (placed.bottom - placed.top) / 4)
        gap = (placed.right + beside.left) / 2 - 1.5
        y = (beside.top + beside.bottom) / 2
        self._arrow([(placed.right, start), (gap, start), (gap, y), (beside.left, y)])

    def _arrow(self, path: list[Point]) -> None:
        self.page.back += arrow(path, color=self.style.ink)

    def _notes(self) -> list[str]:
        notes = []
        if self.flow.open:
            listed = "; ".join(f"{words}: {number}" for words, number in self.flow.open.items())
            notes.append(f"Not settled yet: {listed}.")
        return [*notes, *self.flow.notes, _SOURCE]

    def _told(self) -> list[str]:
        """Return every box in words, track by track."""
        told = []
        for track in self.tracks:
            boxes = "; ".join(" ".join(text for _, text in entry.lines) for entry in track.boxes)
            told.append(f"{track.heading}: {boxes}.".replace("\u00a0", " ").replace("..", "."))
        return told


def _foot(placed: _Placed) -> Point:
    return (placed.left + placed.right) / 2, placed.bottom


def _lines(text: str, left: float, right: float, size: float, *, hanging: bool) -> list[tuple[float, str]]:
    """Return a text in lines with their left ends; those after the first stand further in where it is one of a list."""
    whole = " ".join(part for part in text.split(" ") if part)
    first, *more = wrap(whole, right - left, size)
    if not more:
        return [(left, first)]
    inner = left + (_STEP if hanging else 0.0)
    rest = wrap(whole.removeprefix(first).lstrip(" "), right - inner, size)
    return [(left, first), *((inner, line) for line in rest)]
