"""The GOSH plot: pooled effects of subsets of the studies against their I², as a cloud with its two distributions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnose.checks import show_count
from ...errors import InputError
from ...numbers import format_effect, format_i2
from ...pool.digits import decimals, show
from ..page.boxes import box
from ..page.label_placement import shortened
from ..page.marks import tint
from ..page.page import Page
from ..page.scene import Line, Panel, Polygon, Scene
from ..page.style import Style, style_for
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .answer_words import NO_ANSWER, AnswerWords
from .fit_points import as_ratio, reading
from .gosh_cloud import count_cells, marginal_painter, painter

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ...diagnose.gosh_result import Gosh
    from ...pool.core import Array

__all__ = ["gosh_plot"]

_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_WITH, _WITHOUT = "#7d1325", "#5f9bd1"
_BESIDE = 0.1  # of the page's width, for each distribution
_LEAST = 1e-6  # of the size of the effects: a spread below is none


def gosh_plot(
    result: Gosh,
    *,
    highlight: object = None,
    term: str | None = None,
    answer: AnswerWords = NO_ANSWER,
    width_mm: float = 120.0,
    preset: str = "house",
) -> Figure:
    """Return a GOSH plot: the pooled effect of each subset of the studies against its I².

    A cloud with two humps says that the studies fall into groups with different effects; `highlight` shows whether one
    study makes them. Points are counted in small cells, the darker the more, so that a million subsets make a small
    file. Above and at the right stand the distributions of effect and I².

    Parameters
    ----------
    result : Gosh
        What `evidence.diagnose.gosh` returned.
    highlight : object, optional
        The name of a study: subsets that hold it are drawn in another colour, their distribution as an outline.
    term : str, optional
        The coefficient to show, where the model has moderators.
    answer : AnswerWords
        Question, analysis and cautions, where the studies are those of a synthesis.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as for `evidence.forest`.

    Raises
    ------
    InputError
        If it is given anything else; where no study is called `highlight`; where there are moderators and no `term` is
        named, or there is none of that name; or where no subset has both an estimate and an I².

    References
    ----------
    Olkin I, Dahabreh IJ, Trikalinos TA (2012). GOSH: a graphical display of study heterogeneity. Research Synthesis
    Methods 3, 214–223. doi:10.1002/jrsm.1053.

    Examples
    --------
    >>> import evidence as ev
    >>> from evidence.diagnose import gosh
    >>> fit = ev.pool([0.1, 0.3, 0.2, 1.9], [0.02, 0.03, 0.02, 0.03], tau2="DL", labels=list("abcd"))
    >>> gosh_plot(gosh(fit), highlight="d", width_mm=84).heading
    'GOSH plot: effect, 11 subsets of 4 studies, those with d told apart'
    """
    from ...diagnose.gosh_result import Gosh
    from ..page.canvas import draw

    if not isinstance(result, Gosh):
        raise InputError(f"gosh_plot() takes what gosh() returned; it was given {type(result).__name__}")
    return draw(_scene(_read(result, highlight, term), style_for(preset, width_mm), answer))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Subsets:
    """The subsets that are drawn: effect on the scale of the fit, I², and whether each holds the study highlighted."""

    values: Array
    i2: Array
    inside: NDArray[np.bool_]
    studies: int
    left_out: int
    sampled: str
    name: str
    ratio: bool
    highlight: str

    def text(self, value: float) -> str:
        """Return an effect as people read it."""
        if self.ratio:
            return format_effect(as_ratio(value), 2, ratio=True)
        return show(value, decimals([float(np.ptp(self.values))], usual=2))


def _read(result: Gosh, highlight: object, term: str | None) -> _Subsets:
    if term is None:
        values, title = result.estimate, ""
    elif term in result.terms:
        values, title = result.coef[:, result.terms.index(term)], term
    else:
        raise InputError(f"term={term!r} is not a coefficient; there are {', '.join(result.terms)}")
    inside = np.zeros(len(values), dtype=bool) if highlight is None else result.members(highlight)
    known = np.isfinite(values) & np.isfinite(result.i2)
    if not known.any():
        raise InputError("no subset has both an estimate and an I²; there is nothing to draw")
    # A coefficient is no effect of a study: it stays on the scale of the fit.
    name, ratio, _ = reading(result.measure, math.inf if title else float(np.abs(values[known]).max()))
    return _Subsets(
        values=values[known],
        i2=result.i2[known],
        inside=inside[known],
        studies=len(result.labels),
        left_out=int((~known).sum()),
        sampled="" if result.exact else f"drawn at random of {show_count(result.possible)}, seed {result.seed}",
        name=f"coefficient of {title} ({name})" if title else name,
        ratio=ratio,
        highlight="" if highlight is None else str(highlight),
    )


def _scene(found: _Subsets, style: Style, answer: AnswerWords) -> Scene:
    page = Page(style=style, y=style.margin)
    header(page, answer.title)
    inks = (_WITHOUT if found.highlight else style.study, _WITH)
    if found.highlight:
        _key(page, found, inks)
    frame = _frame(page, found)
    _panels(page, frame, found, inks)
    _medians(page, frame, found, inks)
    draw_axes(page, frame)
    notes = [*_notes(found), *answer.notes]
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    title = answer.named(_title(found))
    return page.scene(
        title=title,
        description=" ".join([f"{title}.", *_told(found), *notes]),
    )


def _frame(page: Page, found: _Subsets) -> Frame:
    """Return the chart; the distribution of effects stands between it and the title of its vertical axis."""
    style = page.style
    low, high = float(found.values.min()), float(found.values.max())
    pad = 0.04 * (high - low)
    if high - low <= _LEAST * max(abs(low), abs(high), _LEAST):
        pad = 0.05 * max(abs(low), 0.1)
    across = Span(low=low - pad, high=high + pad, title=found.name[:1].upper() + found.name[1:], ratio=found.ratio)
    upward = Span(
        low=-2.0, high=102.0, title="I²", ticks=(0.0, 25.0, 50.0, 75.0, 100.0), labels=("0", "25", "50", "75", "100%")
    )
    above = _BESIDE * style.width
    height = 0.62 * (style.width - 2 * style.margin)
    outer = make_frame(page, x=across, y=upward, height=above + height, room=above)
    return Frame(
        left=outer.left,
        top=outer.top + above,
        right=outer.right,
        bottom=outer.bottom,
        x_axis=outer.x_axis,
        y_axis=outer.y_axis,
    )


def _panels(page: Page, frame: Frame, found: _Subsets, inks: tuple[str, str]) -> None:
    """Draw the cloud, and the distributions above it and at its right."""
    x_ends = (frame.x_axis.low, frame.x_axis.high)
    y_ends = (frame.y_axis.low, frame.y_axis.high)
    cloud = count_cells(found.values, found.i2, found.inside, (*x_ends, *y_ends))
    beside = _BESIDE * page.style.width
    left, top, right, bottom = frame.box
    panels = (
        ("cloud", frame.box, x_ends, y_ends, painter(cloud, inks)),
        (
            "marginal-estimate",
            (left, top - beside + 3, right, top - 3),
            x_ends,
            _depth(cloud.across),
            marginal_painter(cloud.across, x_ends, inks, upright=False),
        ),
        (
            "marginal-i2",
            (right + 3, top, right + beside - 3, bottom),
            _depth(cloud.upward),
            y_ends,
            marginal_painter(cloud.upward, y_ends, inks, upright=True),
        ),
    )
    for role, place, x_limits, y_limits, paint in panels:
        page.back.append(
            Panel(
                left=place[0],
                top=place[1],
                right=place[2],
                bottom=place[3],
                x_limits=x_limits,
                y_limits=y_limits,
                paint=paint,
                role=role,
            )
        )


def _depth(counts: tuple[Array, Array]) -> tuple[float, float]:
    """Return the limits of a distribution's own axis, with room for half a stroke."""
    peak = max(float(counts[0].max()), float(counts[1].max()), 1.0)
    return -0.02 * peak, 1.02 * peak


def _key(page: Page, found: _Subsets, inks: tuple[str, str]) -> None:
    """Write which colour is which, one under the other."""
    style = page.style
    for ink, words, outline in ((inks[1], "with", True), (inks[0], "without", False)):
        count = int(found.inside.sum() if outline else (~found.inside).sum())
        side, x, top = 0.8 * style.size, style.margin, page.y + 0.25 * style.size
        page.front.append(Polygon(points=box(x, top, x + side, top + side), fill=ink, role="key"))
        if outline:
            inner = box(x + 1, top + 1, x + side - 1, top + side - 1)
            page.front.append(Polygon(points=inner, fill=style.paper, role="key"))
        room = style.width - 2 * style.margin - side - 5
        text = shortened(f"{_count(count)} {words} {found.highlight}", room, style.size)
        page.write(x + side + 4, page.y + style.size, text, "key")
        page.y += style.leading
    page.y += 3


def _medians(page: Page, frame: Frame, found: _Subsets, inks: tuple[str, str]) -> None:
    """Draw a line through the cloud at the median of each group."""
    for part, ink in ((~found.inside, inks[0]), (found.inside, inks[1])):
        if part.any():
            x = frame.x(float(np.median(found.values[part])))
            page.front.append(
                Line(
                    start=(x, frame.top),
                    end=(x, frame.bottom),
                    color=tint(ink, 0.6, "#000000"),
                    width=0.8,
                    role="median",
                    dashed=True,
                )
            )


def _count(subsets: int) -> str:
    words = show_count(subsets)
    return f"{words} subset" if subsets == 1 else f"{words} subsets"


def _title(found: _Subsets) -> str:
    apart = f", those with {found.highlight} told apart" if found.highlight else ""
    return f"GOSH plot: {found.name}, {_count(len(found.values))} of {found.studies} studies{apart}"


def _notes(found: _Subsets) -> list[str]:
    notes = ["The darker, the more subsets, by their logarithm; dashed: the median."]
    if found.sampled:
        notes.append(f"Subsets {found.sampled}.")
    if found.left_out:
        have = "has" if found.left_out == 1 else "have"
        notes.append(f"{_count(found.left_out)} {have} no I² or no estimate, as those of one study, and are not drawn.")
    return notes


def _told(found: _Subsets) -> list[str]:
    """Return the distributions in words."""
    ranks = ", ".join(f"{100 * share:.0f}%" for share in _SHARES)
    effects, shares = np.quantile(found.values, _SHARES), np.quantile(found.i2, _SHARES)
    parts = [
        f"Percentiles ({ranks}): {found.name} {', '.join(found.text(float(value)) for value in effects)}; "
        f"I² {', '.join(format_i2(float(value)).removesuffix('%') for value in shares)}%."
    ]
    groups = ((found.inside, "with"), (~found.inside, "without")) if found.highlight else ()
    for part, words in groups:
        if part.any():
            middle, share = float(np.median(found.values[part])), float(np.median(found.i2[part]))
            parts.append(f"Median {words} {found.highlight}: {found.text(middle)}, I² {format_i2(share)}.")
    return parts
