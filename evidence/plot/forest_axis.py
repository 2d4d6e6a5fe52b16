"""The forest plot's axis and what belongs to it: ticks, null line, line of the total, and what either side favours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .axis import Axis, choose_axis
from .forest_marks import arrowhead
from .scene import Line
from .typeface import balanced, bound, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .forest_data import ForestData
    from .page import Page
    from .style import Style

__all__ = ["PlotArea", "draw_axis", "draw_favours", "draw_references", "plot_area"]

_TICK = 2.8  # length of a tick


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotArea:
    """Where the plot is on the page, and its axis."""

    left: float
    right: float
    axis: Axis

    def x(self, value: float) -> float:
        """Return where `value` lies on the page; perhaps outside the plot, perhaps at infinity."""
        return self.left + self.axis.position(value) * (self.right - self.left)


def plot_area(data: ForestData, style: Style, left: float, right: float) -> PlotArea | None:
    """Choose the axis for a plot between `left` and `right`; None where nothing has an estimate."""
    studies = [
        (row.ci_low, row.estimate, row.ci_high)
        for row in data.rows
        if row.estimate is not None and row.ci_low is not None and row.ci_high is not None
    ]
    pooled = [(summary.ci_low, summary.estimate, summary.ci_high) for summary in data.summaries]
    predicted = [
        (summary.pi_low, summary.estimate, summary.pi_high)
        for summary in data.summaries
        if summary.pi_low is not None and summary.pi_high is not None
    ]
    if not studies and not pooled:
        return None

    def fits(positions: Sequence[float], labels: Sequence[str]) -> bool:
        halves = [text_width(label, style.size) / 2 for label in labels]
        return all(
            (positions[i + 1] - positions[i]) * (right - left) > halves[i] + halves[i + 1] + 0.55 * style.size
            for i in range(len(labels) - 1)
        )

    axis = choose_axis(studies, wide=pooled + predicted, ratio=data.ratio, null=data.null, fits=fits)
    return PlotArea(left=left, right=right, axis=axis)


def draw_references(page: Page, data: ForestData, area: PlotArea, top: float) -> None:
    """Draw the null line, and the dashed line of the total, from `top` to the axis, behind everything else."""
    bottom = page.y + 2.0
    if data.null is not None:
        x = area.x(data.null)
        page.back.append(Line(start=(x, top), end=(x, bottom), color=page.style.muted, width=0.7, role="null"))
    if data.overall:
        x = area.x(data.overall.estimate)
        color = page.style.study
        page.back.append(Line(start=(x, top), end=(x, bottom), color=color, width=0.7, role="pooled", dashed=True))


def draw_axis(page: Page, area: PlotArea) -> None:
    """Draw the axis with its ticks under the table, and move the cursor under their labels."""
    style, y = page.style, page.y + 2.0
    page.back.append(Line(start=(area.left, y), end=(area.right, y), color=style.rule, width=0.7, role="axis"))
    for tick, label in zip(area.axis.ticks, area.axis.labels, strict=True):
        x = area.x(tick)
        page.back.append(Line(start=(x, y), end=(x, y + _TICK), color=style.rule, width=0.7, role="tick"))
        page.write(x, y + _TICK + 1.0 + style.size, label, "tick-label", align="center")
    page.y = y + _TICK + 1.0 + 1.3 * style.size


def draw_favours(page: Page, data: ForestData, area: PlotArea) -> None:
    """Say on either side of the null value what an effect there favours, with an arrow that points outwards."""
    if data.null is None or not (data.left_label or data.right_label):
        return
    null = area.x(data.null)
    lines = max(
        _favours_side(page, data.left_label, null, to_right=False),
        _favours_side(page, data.right_label, null, to_right=True),
    )
    page.y += lines * page.style.leading + 2.0


def _favours_side(page: Page, label: str, null: float, *, to_right: bool) -> int:
    """Set the label of one side; return its number of lines."""
    if not label:
        return 0
    style, sign = page.style, 1.0 if to_right else -1.0
    start = null + sign * 0.7 * style.size
    edge = style.width - style.margin if to_right else style.margin
    lines = balanced(bound(label), abs(edge - start) - 3 * style.arrow, style.size)
    for number, line in enumerate(lines, start=1):
        page.write(start, page.y + number * style.leading, line, "favours", align="left" if to_right else "right")
    widths = [text_width(line, style.size) for line in lines]
    tip = start + sign * (max(widths) + 2.8 * style.arrow)
    y = page.y + (1 + widths.index(max(widths))) * style.leading - 0.3 * style.size
    ends = ((tip - sign * 2.2 * style.arrow, y), (tip - sign * 0.9 * style.arrow, y))
    page.front += [
        Line(start=ends[0], end=ends[1], color=style.ink, width=0.7, role="favours-line"),
        arrowhead((tip, y), length=0.9 * style.arrow, to_right=to_right, color=style.ink, role="favours-arrow"),
    ]
    return len(lines)
