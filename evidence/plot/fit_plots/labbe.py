"""The L'Abbé plot: risk or rate of one group against that of the other, a bubble per study."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...number_style import number_style
from ...numbers import format_effect, format_number, format_percent
from ...vocabulary import check_option
from ..page.label_placement import Spot, lost_text, place_names
from ..page.legend import Key, legend
from ..page.marks import circle, tint
from ..page.page import Page
from ..page.scale import digits_for
from ..page.scene import Curve, Polygon, Scene
from ..page.style import Style, style_for
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .fit_points import as_ratio, in_brackets, studies
from .labbe_counts import LabbeData, labbe_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..page.canvas import DescribedFigure
    from ..page.scene import Point

__all__ = ["labbe", "labbe_scene"]

_LARGEST = 9.0
_TALLEST = 300.0
_STEPS = 200
_SIDE = 12.0  # for half of the last text under the axis


def labbe(
    data: Any,
    *,
    names: str = "all",
    title: str | None = None,
    width_mm: float = 120.0,
    preset: str = "house",
) -> DescribedFigure:
    """Return a L'Abbé plot.

    Each study is a bubble at the risks (or rates) of its two groups as they were counted: without events it stands at
    0, and nothing is added to empty cells. On the diagonal the groups are alike. The dashed curve is where studies of
    the pooled effect would lie, the band around it its confidence interval. Areas of bubbles are proportional to the
    weights; where there are none, to the people or the person-time.

    Parameters
    ----------
    data : LabbeData, SynthesisResult, CountsResult or GlmmResult
        What to show, or a result that knows the events of two groups.
    names : {"all", "none"}
        Whether to name the studies, the largest first. A name without room is left out.
    title : str, optional
        A title above the figure.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The look.

    Raises
    ------
    InputError
        If there are no events to show, as in a fit of effects and variances.

    References
    ----------
    L'Abbé KA, Detsky AS, O'Rourke K (1987). Meta-analysis in clinical research. doi:10.7326/0003-4819-107-2-224.

    Examples
    --------
    >>> import evidence as ev
    >>> found = ev.mantel_haenszel(events1=[4, 6], n1=[123, 306], events2=[11, 29], n2=[139, 303])
    >>> labbe(found, width_mm=84).heading
    "L'Abbé plot: odds ratio, 2 studies"
    """
    from ..page.canvas import draw

    check_option("names", names, ("all", "none"))
    shown = data if isinstance(data, LabbeData) else labbe_data(data)
    return draw(labbe_scene(shown, style_for(preset, width_mm), named=names == "all", title=title))


def labbe_scene(data: LabbeData, style: Style, *, named: bool = True, title: str | None = None) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    page = Page(style=style, y=style.margin)
    header(page, title or data.answer.title)
    top = _top(data)
    frame = _frame(page, data, top)
    factor = _factor(data)
    lines = _reference(page, frame, data, top * factor)
    spots = _bubbles(page, frame, data, factor, named=named)
    box = (frame.left + 1.5, frame.top, style.width - style.margin, frame.bottom - 1.0)
    lost = place_names(page, spots, box, size=style.small, lines=lines)
    draw_axes(page, frame)
    legend(page, _keys(data, style))
    notes = [*data.notes, *([lost_text(lost)] if lost else [])]
    if len(data.studies) == 1 and data.estimate is None:
        notes.insert(0, "One study: nothing is pooled.")
    notes += data.answer.notes
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    heading = data.answer.named(f"L'Abbé plot: {data.name}, {studies(len(data.studies))}")
    return page.scene(
        title=" ".join(title.split()) if title else heading,
        description=_description(heading, data, notes),
    )


# ---------------------------------------------------------------- the plot


def _top(data: LabbeData) -> float:
    """Return the largest risk or rate that the axes show."""
    largest = max(max(study.first, study.second) for study in data.studies)
    if not data.rates:
        return min(1.0, 1.12 * largest) if largest > 0 else 0.1
    return 1.12 * largest if largest > 0 else 1 / max(max(study.total1, study.total2) for study in data.studies)


def _factor(data: LabbeData) -> float:
    """Return what risks are multiplied with to be shown: they are percentages."""
    return 1.0 if data.rates else 100.0


def _frame(page: Page, data: LabbeData, top: float) -> Frame:
    """Return a square frame with room for half a bubble beyond 0."""
    factor = _factor(data)
    first, second = (f"{_what(data)}, {label}" for label in data.arm_labels)
    suffix = "" if data.rates else "%"
    across, up = Span(low=0.0, high=1.0, title=second), _span(0.0, top * factor, first, suffix)
    wide = make_frame(page, x=across, y=up, height=200.0, room=_SIDE)
    side = min(wide.right - wide.left, _TALLEST)
    low = -top * factor * _LARGEST / (side - _LARGEST)
    return make_frame(
        page,
        x=_span(low, top * factor, second, suffix),
        y=_span(low, top * factor, first, suffix),
        height=side,
        room=_SIDE + wide.right - wide.left - side,
    )


def _span(low: float, high: float, title: str, suffix: str) -> Span:
    return Span(low=low, high=high, title=title, suffix=suffix)


def _what(data: LabbeData) -> str:
    return f"Events per {data.time_unit}" if data.rates else "Risk"


def _reference(page: Page, frame: Frame, data: LabbeData, top: float) -> list[tuple[Point, Point]]:
    """Draw the diagonal and the pooled effect with its band; return their lines, which names avoid."""
    style = page.style
    diagonal = frame.curve([(0.0, 0.0), (top, top)], color=style.ink, width=0.7, role="diagonal")
    drawn = list(diagonal)
    if data.estimate is not None:
        if data.ci_low is not None and data.ci_high is not None:
            limits = (data.ci_low, data.ci_high)
            edges = [_edge(_curve(data, effect, top), effect, _factor(data)) for effect in limits]
            shape = [*edges[0], *reversed(edges[1])]
            page.back += frame.area(shape, fill=tint(style.diamond_line, 0.14, style.paper), role="band")
        curve = _possible(_curve(data, data.estimate, top))
        drawn += frame.curve(curve, color=style.diamond_line, width=1.1, role="pooled", dashed=True)
    page.back += drawn
    return [
        pair
        for curve in drawn
        for pair in zip(curve.points[::5], [*curve.points[5::5], curve.points[-1]], strict=False)
    ]


def _curve(data: LabbeData, effect: float, top: float) -> list[Point]:
    """Return where studies with an effect lie, in the units of the axes; NaN where no risk or rate goes with it."""
    factor = _factor(data)
    seconds = [top / factor * step / _STEPS for step in range(_STEPS + 1)]
    return [(factor * second, factor * data.expected(second, effect)) for second in seconds]


def _possible(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if math.isfinite(point[1])]


def _edge(points: Sequence[Point], effect: float, limit: float) -> list[Point]:
    """Return an edge of the band, at the end of the scale where it would lie beyond it."""
    return [(x, y if math.isfinite(y) else 0.0 if effect < 0 else limit) for x, y in points]


def _bubbles(page: Page, frame: Frame, data: LabbeData, factor: float, *, named: bool) -> list[Spot]:
    style = page.style
    sizes = data.sizes()
    largest = max(sizes) or 1.0
    ranked = sorted(zip(sizes, data.studies, strict=True), key=lambda pair: -pair[0])
    spots = []
    for size, study in ranked:
        radius = _LARGEST * math.sqrt(max(size, 0.0) / largest)
        x, y = frame.at(factor * study.second, factor * study.first)
        around = circle(x, y, radius)
        page.front.append(Polygon(points=around, fill=tint(style.study, 0.45, style.paper), role="bubble"))
        page.front.append(Curve(points=(*around, around[0]), color=style.study, width=0.7, role="bubble-edge"))
        spots.append(Spot(x=x, y=y, radius=max(radius, 1.0), name=study.label if named else ""))
    # Middles in front of every bubble: they are where the risks are read.
    page.front += [Polygon(points=circle(spot.x, spot.y, 0.7), fill=style.ink, role="middle") for spot in spots]
    return spots


# ---------------------------------------------------------------- words


def _keys(data: LabbeData, style: Style) -> list[Key]:
    of = "weight in the pooled estimate" if data.weighted else "person-time" if data.rates else "participants"
    keys = [Key(sign="dot", color=tint(style.study, 0.45, style.paper), text=f"Study; area: {of}")]
    if data.estimate is not None:
        keys.append(Key(sign="dashed", color=style.diamond_line, text=f"Pooled {_pooled_text(data, style)}"))
        if data.ci_low is not None:
            text = f"its {100 * data.level:g}% confidence interval"
            keys.append(Key(sign="swatch", color=tint(style.diamond_line, 0.14, style.paper), text=text))
    keys.append(Key(sign="line", color=style.ink, text="Groups alike", width=0.7))
    return keys


def _pooled_text(data: LabbeData, style: Style | None = None) -> str:
    numbers = number_style(style.numbers if style else "house")
    if data.estimate is None:
        return ""
    values = [data.estimate, *(value for value in (data.ci_low, data.ci_high) if value is not None)]
    shown = [as_ratio(value) if data.ratio else value for value in values]
    # The difference of rare events is small: 0.00 (0.00 to 0.00) would say nothing.
    digits = 2 if data.ratio else digits_for([shown[2] - shown[1] if len(shown) == 3 else abs(shown[0])])
    text = f"{data.name} {format_effect(shown[0], digits, ratio=data.ratio)}"
    if len(shown) < 3:
        return text
    between = numbers.interval(shown[1], shown[2], digits, ratio=data.ratio)
    return f"{text} {in_brackets(between, data.level, numbers)}"


def _description(heading: str, data: LabbeData, notes: Sequence[str]) -> str:
    one, two = data.arm_labels
    parts = [f"{heading}."]
    if data.estimate is not None:
        parts.append(f"Pooled {_pooled_text(data)}.")
    rows = [
        f"{study.label}: {_group(data, study.events1, study.total1)} against "
        f"{_group(data, study.events2, study.total2)}"
        + (f", weight {format_percent(study.weight, 1)}" if data.weighted and study.weight is not None else "")
        for study in data.studies
    ]
    parts.append(f"Events, first group ({one}) against second group ({two}). {'; '.join(rows)}.")
    more = sum(study.first > study.second for study in data.studies)
    less = sum(study.first < study.second for study in data.studies)
    of = studies(len(rows))
    parts.append(f"Events were more frequent in the first group in {more}, in the second in {less} of {of}.")
    return " ".join([*parts, *notes])


def _group(data: LabbeData, events: float, total: float) -> str:
    if data.rates:
        return f"{_count(events)} in {_count(total)} {data.time_unit}"
    # As many decimals as tell one event more: 3 of 50 000 are not 0.0%.
    digits = max(1, math.ceil(math.log10(total)) - 2)
    return f"{_count(events)} of {_count(total)} ({format_percent(100 * events / total, digits)})"


def _count(value: float) -> str:
    return format_number(value, 0 if value == int(value) else 1)
