"""The forest plot's axis and what belongs to it: ticks, title, null line and line of the total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..page.axis import Axis, choose_axis
from ..page.scene import Line
from ..page.typeface import balanced, bound, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.page import Page
    from ..page.style import Style
    from .data import ForestData

__all__ = ["PlotArea", "draw_axis", "draw_axis_title", "draw_references", "plot_area"]

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


def plot_area(data: ForestData, style: Style, left: float, right: float, *, even: bool = False) -> PlotArea | None:
    """Choose the axis for a plot between `left` and `right`; None where nothing has an estimate.

    With `even` ratios stand on an axis with equal steps, which never goes below 0.
    """
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
        # The first and the last may reach beyond the axis as far as nothing else stands there.
        if positions[0] * (right - left) - halves[0] < -style.gap:
            return False
        if right - (1 - positions[-1]) * (right - left) + halves[-1] > style.width - 1.0:
            return False
        return all(
            (positions[i + 1] - positions[i]) * (right - left) > halves[i] + halves[i + 1] + 0.55 * style.size
            for i in range(len(labels) - 1)
        )

    logarithmic = data.ratio and not even
    axis = choose_axis(
        studies,
        wide=pooled + predicted,
        ratio=logarithmic,
        null=data.null,
        fits=fits,
        least=0.0 if data.ratio and even else None,
    )
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


def draw_axis_title(page: Page, text: str, area: PlotArea) -> None:
    """Set the axis's title under it, within the plot, and move the cursor under the title."""
    style = page.style
    for line in balanced(bound(text), area.right - area.left, style.size):
        page.y += style.leading
        page.write((area.left + area.right) / 2, page.y - 0.2 * style.size, line, "axis-title", align="center")
    page.y += 2.0
